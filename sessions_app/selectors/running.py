"""The classes that run now, counted together."""

from django.db.models import Count

from sessions_app.enums import MinuteStatus
from sessions_app.models import ClassMinute, ClassSession


def minutes_by_status() -> dict[str, int]:
    """How many minutes of all running lessons were released, and how many suppressed."""
    running = ClassSession.objects.running().values("pk")
    counted = (
        ClassMinute.objects.filter(session__in=running)
        .order_by()
        .values_list("status")
        .annotate(Count("pk"))
    )
    return dict.fromkeys(MinuteStatus.values, 0) | dict(counted)
