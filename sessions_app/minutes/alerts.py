"""Alerts: changes of a class that hold, found one after the other in released minutes.

They follow from the rows alone, in their order, and nothing of them is stored: every
device finds the same ones, a page that is loaded again finds them again, and no later
minute takes one back. How often they are wrong, and how late, is measured by
`manage.py truth_check --alerts`.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from inference.labels import GROUPS
from inference.mood import Z90
from sessions_app.enums import MinuteStatus, Purpose, Tap, Vote
from sessions_app.minutes.claims import ANSWERED_LEAST, Words, change_words
from sessions_app.minutes.cusum import DOWN, UP, Cusum
from sessions_app.minutes.release import STEP
from sessions_app.models import ClassSession

COOLDOWN_S = 600  # between two alerts of a lesson
HOLDS = 3  # minutes that a change lasts before it is told
NORMAL = 5  # minutes from which on there is something to compare with
SLACK, LIMIT = 0.5, 5.0  # of the sums, in standard deviations
LEAST = 0.2  # of a class, by which a share differs while the change lasts, on average
EACH = 0.1  # and in each of the last minutes
_SD_LEAST = STEP / 2  # what is shown is rounded
_EXACT = 1e-9  # shares are fractions of floating point

Minute = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watched:
    """Where a minute keeps the shares that are watched of a signal."""

    purpose: Purpose
    status: str
    shares: str
    band: str
    names: tuple[str, ...]

    def is_told_in(self, minute: Minute) -> bool:
        """Whether a minute says something of the class; what a few of it tap does not."""
        if minute[self.status] != MinuteStatus.RELEASED or not minute[self.shares]:
            return False
        if self.purpose is not Purpose.PULSE:
            return True
        answered: float = 1 - minute["pulse"][Vote.NO_ANSWER]
        return answered >= ANSWERED_LEAST - _EXACT


WATCHED = (  # people first: of two changes in one minute theirs is told
    Watched(
        Purpose.PULSE,
        "pulse_status",
        "answers",
        "answers_band",
        (Tap.LOST, Tap.TOO_FAST),
    ),
    Watched(
        Purpose.EXPRESSION,
        "status",
        "groups_alone",
        "groups_alone_band",
        tuple(GROUPS),
    ),
)


@dataclass(frozen=True, slots=True)
class Alert:
    """That more, or fewer, students show or say something since a minute."""

    signal: Purpose
    of: str  # a group of expressions, or a tap
    more: bool
    since: int  # index of the first minute of the change
    index: int  # and of the one at whose end it was told

    @property
    def key(self) -> str:
        """Its name in a lesson, the same whenever it is found."""
        return f"{self.signal}-{self.index}"

    @property
    def words(self) -> Words:
        """What a teacher reads."""
        return change_words(self.of, more=self.more)


class _Watch:
    """One signal of a lesson, minute after minute."""

    def __init__(self, of: Watched) -> None:
        self._of = of
        self._cusum = Cusum(len(of.names), SLACK)
        self._shares: list[np.ndarray] = []  # released since the last alert's change
        self._sums: list[np.ndarray] = []  # of the first, the first two, ... of these
        self._next = 0  # index of the minute that would follow

    def see(self, minute: Minute) -> None:
        """Take a minute; one without numbers only breaks what lasts."""
        of = self._of
        if not of.is_told_in(minute):
            return
        if minute["index"] != self._next:
            self._cusum.begin_again()
        self._next = minute["index"] + 1
        shares = self._values(minute[of.shares])
        if len(self._shares) >= NORMAL:
            sd = np.maximum(self._values(minute[of.band]) / Z90, _SD_LEAST)
            self._cusum.add((shares - self._normal()) / sd)
        self._keep(shares)

    def alert(self, minute: Minute) -> Alert | None:
        """What has changed and holds at the end of this minute.

        Of several the clearest that there is more of: what there is less of follows from it.
        """
        if self._next != minute["index"] + 1 or not self._cusum.lasted.any():
            return None
        clear = np.where(self._holds(), self._cusum.sums, 0.0)
        if not clear.any():
            return None
        way = UP if clear[UP].any() else DOWN
        name = int(clear[way].argmax())
        since = self._next - int(self._cusum.lasted[way, name])
        of = self._of.names[name]
        return Alert(self._of.purpose, of, way == UP, since, minute["index"])

    def begin_again(self, alert: Alert) -> None:
        """From a change that was told on, what it changed to is normal."""
        kept = self._shares[alert.since - self._next :]
        self._shares, self._sums = [], []
        for shares in kept:
            self._keep(shares)
        self._cusum.begin_again()

    def _holds(self) -> np.ndarray:
        """Which sums (2, names) tell of a change that lasts and is large enough."""
        lasted, normal = self._cusum.lasted, self._normal()
        holds = (self._cusum.sums > LIMIT) & (lasted >= HOLDS)
        for way, name in zip(*np.nonzero(holds), strict=True):
            during = np.array(self._shares[-lasted[way, name] :])[:, name]
            by = (during - normal[name]) * (1 if way == UP else -1)
            holds[way, name] = (
                by.mean() >= LEAST - _EXACT and by[-HOLDS:].min() >= EACH - _EXACT
            )
        return holds

    def _normal(self) -> np.ndarray:
        """The mean of the minutes before anything began that may be a change."""
        running = int(self._cusum.lasted.max())
        before = max(NORMAL, len(self._shares) - running)
        return self._sums[before - 1] / before

    def _keep(self, shares: np.ndarray) -> None:
        self._shares.append(shares)
        self._sums.append(self._sums[-1] + shares if self._sums else shares)

    def _values(self, shares: Mapping[str, float]) -> np.ndarray:
        return np.array([shares[name] for name in self._of.names])


def find_alerts(minutes: Sequence[Minute], window_s: int) -> list[Alert]:
    """All alerts of a lesson, in order.

    Args:
        minutes: Closed minutes in order, as the timeline shows them.
        window_s: How long each lasts.
    """
    cooldown = _cooldown(window_s)
    watches = [_Watch(of) for of in WATCHED]
    alerts: list[Alert] = []
    for minute in minutes:
        for watch in watches:
            watch.see(minute)
        if alerts and minute["index"] - alerts[-1].index < cooldown:
            continue
        for watch in watches:
            if alert := watch.alert(minute):
                alerts.append(alert)
                watch.begin_again(alert)
                break
    return alerts


def _cooldown(window_s: int) -> int:
    """Minutes of a lesson between two of its alerts."""
    return math.ceil(COOLDOWN_S / window_s)


def lesson_alerts(session: ClassSession) -> list[Alert]:
    """All alerts of a lesson so far, in order."""
    columns = {name for of in WATCHED for name in (of.status, of.shares, of.band)}
    rows = session.minutes.order_by("index").values("index", "pulse", *columns)
    return find_alerts(list(rows), session.window_s)


def class_alerts(
    session: ClassSession, alerts: Sequence[Alert]
) -> list[dict[str, Any]]:
    """These alerts of a lesson with what was answered about each, ready for JSON."""
    answers = {
        (kept.signal, kept.index): kept.useful
        for kept in (session.alert_answers.all() if alerts else ())
    }
    return [
        as_data(session, alert)
        | {
            "dismissed": (alert.signal, alert.index) in answers,
            "useful": answers.get((alert.signal, alert.index)),
        }
        for alert in alerts
    ]


def as_data(session: ClassSession, alert: Alert) -> dict[str, Any]:
    """What an alert says, ready for JSON."""
    return {
        "id": alert.key,
        "about": alert.signal.value,
        "of": alert.of,
        "more": alert.more,
        "words": alert.words,
        "since": session.minute_starts_at(alert.since).isoformat(),
        "since_index": alert.since,
        "at": session.minute_starts_at(alert.index + 1).isoformat(),
    }


def open_alert(
    session: ClassSession, alerts: Sequence[Alert], newest: Minute | None
) -> dict[str, Any] | None:
    """The alert that a live page shows: the last one, until it is put away or ten minutes old.

    Args:
        session: The lesson.
        alerts: All of its alerts, in order.
        newest: Its newest closed minute.
    """
    if not alerts or newest is None or session.is_over:
        return None
    if newest["index"] - alerts[-1].index >= _cooldown(session.window_s):
        return None
    [shown] = class_alerts(session, alerts[-1:])
    return None if shown["dismissed"] else shown
