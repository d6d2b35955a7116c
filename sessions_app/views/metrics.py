"""What Prometheus reads, with the operator's token.

Not for admins of the school: where a single class runs, the counts of sockets and frames
follow each student who joins or leaves.
"""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from sessions_app.live.metrics import MINUTES
from sessions_app.selectors.running import minutes_by_status


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    if not _has_token(request):
        raise PermissionDenied
    _count_minutes()
    return HttpResponse(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _count_minutes() -> None:
    """Take the minutes' counts over; without its database a process has others."""
    try:
        counts = minutes_by_status()
    except DatabaseError:
        MINUTES.clear()
        return
    for status, count in counts.items():
        MINUTES.labels(status).set(count)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    expected = f"Bearer {settings.FER_METRICS_TOKEN}"
    return bool(settings.FER_METRICS_TOKEN) and constant_time_compare(given, expected)
