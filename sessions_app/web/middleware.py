"""What holds for every answer, whichever page gives it."""

from collections.abc import Callable

from django.conf import settings
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponsePermanentRedirect,
)
from django.middleware.common import CommonMiddleware
from django.utils.cache import add_never_cache_headers
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import page_not_found

from sessions_app.models import is_deleted_meanwhile

_ENCODING = "utf-8"


def read_as_utf8(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: a body is UTF-8, whatever a request says of its encoding.

    Django refuses a form in another encoding each time that it looks at it, so the page
    of the error fails, too, and a small request of a stranger wrote pages of tracebacks
    into the log. Python also calls by such names what is no encoding of text.
    """

    def respond(request: HttpRequest) -> HttpResponse:
        if request.encoding:
            request.encoding = _ENCODING
        return get_response(request)

    return respond


class DeletedMeanwhile(MiddlewareMixin):
    """What somebody else deleted while a request was under way is not there any more: 404.

    A moment later it would have been answered so; it is no fault of the server's.
    """

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        if is_deleted_meanwhile(exception):
            return page_not_found(request, exception)
        return None


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
