"""What holds for every answer, whichever page gives it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin


class NoStoreMiddleware(MiddlewareMixin):
    """No browser and no proxy keeps a page: after a log-out, Back shows nothing.

    Static files never come here.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        add_never_cache_headers(response)
        return response


class SiteNameMiddleware(CommonMiddleware):
    """Refuses foreign names in `Host`, but where the name makes no difference."""

    def process_request(
        self, request: HttpRequest
    ) -> HttpResponsePermanentRedirect | None:
        if request.path in settings.FER_ASKED_BY_ANY_NAME:
            return None
        return super().process_request(request)
