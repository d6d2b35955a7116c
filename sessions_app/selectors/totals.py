"""How much was measured, and how often there were too few to show: for admins."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from sessions_app.enums import Coverage, MinuteStatus
from sessions_app.models import ClassMinute
from sessions_app.models.session import ClassSessionQuerySet


@dataclass(frozen=True, slots=True)
class Signal:
    """Closed minutes of the classes in which one signal was switched on."""

    minutes: int
    released: int

    @property
    def suppressed(self) -> float | None:
        """Share of the minutes in which too few took part; None without minutes."""
        return 1 - self.released / self.minutes if self.minutes else None


@dataclass(frozen=True, slots=True)
class Totals:
    classes: int
    teachers: int
    minutes: int
    expression: Signal
    pulse: Signal
    coverage: dict[
        str, float
    ]  # share of the released minutes that have a word, by word


def history_totals(*, sessions: ClassSessionQuerySet) -> Totals:
    """Add up the minutes of some sessions; counts of minutes, never of people."""
    held = sessions.order_by().aggregate(
        classes=Count("pk"), teachers=Count("teacher", distinct=True)
    )
    rows = list(
        ClassMinute.objects.filter(session__in=sessions.order_by().values("pk"))
        .order_by()
        .values("status", "coverage", on=F("session__expression_on"))
        .annotate(
            minutes=Count("pk"),
            asked=Count("pk", filter=Q(session__pulse_on=True)),
            answered=Count("pulse_n", filter=Q(session__pulse_on=True)),
        )
    )
    shown = [row for row in rows if row["status"] == MinuteStatus.RELEASED]
    in_words = {
        word.label: sum(row["minutes"] for row in shown if row["coverage"] == word)
        for word in Coverage
    }
    worded = sum(in_words.values())
    return Totals(
        classes=held["classes"],
        teachers=held["teachers"],
        minutes=sum(row["minutes"] for row in rows),
        expression=Signal(
            sum(row["minutes"] for row in rows if row["on"]),
            sum(row["minutes"] for row in shown),
        ),
        pulse=Signal(
            sum(row["asked"] for row in rows), sum(row["answered"] for row in rows)
        ),
        coverage={word: n / worded for word, n in in_words.items()} if worded else {},
    )
