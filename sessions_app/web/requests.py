"""What a request asks for, and how often one may ask."""

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods
from django_ratelimit.core import is_ratelimited
from django_ratelimit.exceptions import Ratelimited


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, rather than a form."""
    types = ["text/html", "application/json"]
    return request.get_preferred_type(types) == "application/json"


# For a page with a form: Django's own names for the methods stop at one of the two.
require_get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def count_request(
    request: HttpRequest, group: str, rate: str, *, by: str | None = None
) -> None:
    """Count a request against a rate such as `20/m`, by address or by who it is.

    Raises:
        Ratelimited: If it is one too many; the visitor gets a 429.
    """
    key = "ip" if by is None else lambda *_: by
    if is_ratelimited(request, group=group, key=key, rate=rate, increment=True):
        raise Ratelimited
