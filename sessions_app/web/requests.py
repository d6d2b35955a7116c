"""What a request asks for, and how often one may ask."""

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.views.decorators.http import require_http_methods
from django_ratelimit.core import is_ratelimited
from django_ratelimit.exceptions import Ratelimited


def wants_json(request: HttpRequest) -> bool:
    """Whether a script asks, rather than a form."""
    types = ["text/html", "application/json"]
    return request.get_preferred_type(types) == "application/json"


def was_clicked(request: HttpRequest, *, on: str) -> bool:
    """Whether a click on a page of ours led here; browsers say so since 2023 at the latest.

    Not on any page of ours: one leads on to what its own address names, as the log-in does,
    and a stranger can have written that.

    Args:
        request: What is asked for.
        on: How the path of the page begins that has the link.
    """
    came_from = urlsplit(request.headers.get("Referer", "")).path
    by_ours = request.headers.get("Sec-Fetch-Site") == "same-origin"
    return request.method == "GET" and by_ours and came_from.startswith(on)


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
