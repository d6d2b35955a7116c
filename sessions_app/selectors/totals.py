"""How much was measured, and how often there were too few to show: for admins."""

from dataclasses import dataclass

from django.db.models import Count, Q

from sessions_app.enums import Coverage, MinuteStatus
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
    sessions = sessions.order_by()
    held = sessions.aggregate(
        classes=Count("pk"), teachers=Count("teacher", distinct=True)
    )
    # A pause or an outage says nothing about how many took part.
    told = [MinuteStatus.RELEASED, MinuteStatus.TOO_FEW]
    # Answered from an index alone (`minutes_counted`): a year has 450,000 minutes.
    counted = sessions.aggregate(
        closed=Count("minutes"),
        seen=Count("minutes", filter=Q(minutes__status__in=told)),
        released=Count("minutes", filter=Q(minutes__status=MinuteStatus.RELEASED)),
        asked=Count("minutes", filter=Q(minutes__pulse_status__in=told)),
        answered=Count(
            "minutes", filter=Q(minutes__pulse_status=MinuteStatus.RELEASED)
        ),
        **{
            word: Count("minutes", filter=Q(minutes__coverage=word))
            for word in Coverage.values
        },
    )
    worded = sum(counted[word] for word in Coverage.values)
    return Totals(
        classes=held["classes"],
        teachers=held["teachers"],
        minutes=counted["closed"],
        expression=Signal(counted["seen"], counted["released"]),
        pulse=Signal(counted["asked"], counted["answered"]),
        coverage={
            str(word.label): counted[word] / worded for word in Coverage if worded
        },
    )
