"""What a teacher finds on coming in: what runs, what is next, how it was, what deserves a look.

All of it follows from plans and from released minutes. A lesson is in it where its reader
teaches, alone or with others: an admin's home is about own lessons, too.
"""

import datetime as dt
from dataclasses import dataclass

from sessions_app.enums import SessionState
from sessions_app.minutes.looking_back import LookingBack, look_back
from sessions_app.minutes.timeline import released_minutes
from sessions_app.models import ClassSession, User
from sessions_app.models.choices import own_words
from sessions_app.models.session import LATE, ClassSessionQuerySet

SOON = 3  # lessons that are named after the next one
LOOKED_AT = 5  # lessons before the last one
A_WHILE = dt.timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Held:
    """A lesson that is over; `back` is None where no minute has numbers."""

    session: ClassSession
    back: LookingBack | None


@dataclass(frozen=True, slots=True)
class Home:
    running: list[ClassSession]
    next: ClassSession | None
    soon: list[ClassSession]
    last: Held | None
    missed: list[ClassSession]  # planned, and not begun
    hard: list[Held]  # in which many could not follow for a while

    @property
    def shows_numbers(self) -> bool:
        """Whether it says how a lesson was."""
        return self.last is not None


def home_of(user: User, *, now: dt.datetime) -> Home:
    """What the home of a teacher shows.

    Args:
        user: Whose home it is.
        now: The moment that plans are compared with.
    """
    lessons = ClassSession.objects.taught_by(user).select_related("course", "teacher")
    ahead = [*lessons.ahead().order_by("planned_at", "pk")[: 1 + SOON]]
    held = _held(lessons, since=now - A_WHILE)
    return Home(
        running=[*lessons.running()],
        next=ahead[0] if ahead else None,
        soon=ahead[1:],
        last=held[0] if held else None,
        missed=[*_missed(lessons, now)],
        hard=[each for each in held[1:] if each.back and each.back.stretch],
    )


def _held(lessons: ClassSessionQuerySet, *, since: dt.datetime) -> list[Held]:
    """The last lesson, whenever it was, and some of a while before it."""
    over = lessons.filter(state=SessionState.ENDED).order_by("-held_at", "pk")
    return [
        Held(session, _back(session))
        for number, session in enumerate(over[: 1 + LOOKED_AT])
        if number == 0 or session.held_at > since
    ]


def _back(session: ClassSession) -> LookingBack | None:
    words = own_words(session.choices_stored)
    return look_back(released_minutes(session.pk), session.window_s, words)


def _missed(lessons: ClassSessionQuerySet, now: dt.datetime) -> ClassSessionQuerySet:
    """Drafts whose time has passed without a beginning, not longer than a while ago."""
    passed = lessons.filter(
        state=SessionState.DRAFT,
        planned_at__range=(now - A_WHILE, now - LATE),
    )
    return passed.order_by("-planned_at", "pk")
