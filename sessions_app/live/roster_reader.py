"""What the live path reads from the database, once a second: what changed since."""

import time
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Max, Sum

from sessions_app.enums import Inference
from sessions_app.live.roster import Roster
from sessions_app.minutes.running_session import RunningSession, running_session
from sessions_app.minutes.timeline import students_view
from sessions_app.models import ClassMinute, ClassSession, Consent, Mark, Participant
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.consent import Decided, decided

_ALL_AGAIN_AFTER_S = 30.0  # whatever the marks say


class _Marks(NamedTuple):
    """One row a lesson, which tells whether anything of its students changed.

    A decision is added, with a key of its own, or deleted with its student. So where number
    and sum of the keys are the same, the decisions are.
    """

    text: str = ""  # that a yes has to be to
    students_see: bool = False
    participants: int = 0
    decisions: int = 0
    keys: int = 0  # summed
    highest: int = 0  # of the keys


@dataclass(frozen=True)
class _Lesson:
    marks: _Marks
    all_again_at: float  # monotonic


class RosterReader:
    """Reads lessons each second, and of their students those with something new.

    It holds what it read before; after a failure, begin with a new one.
    """

    def __init__(self) -> None:
        self._lessons: dict[UUID, _Lesson] = {}
        self._roster = Roster()

    def read(self, people: Mapping[UUID, UUID]) -> Roster:
        """Read the running lessons, and the current consents of those connected here.

        Args:
            people: The students, each with their lesson.
        """
        before = self._roster
        sessions = _running_sessions()
        stale = self._stale(people)
        gone = before.asked_about - people.keys()
        asked = before.asked_about
        known = Decided(before.consents, before.decided, before.read_since)
        if stale or gone:
            asked = frozenset(people)
            known = _updated(known, gone | stale, decided(stale))
        policy = effective_policy()
        demo_page = policy.demo_page and policy.inference.allows(Inference.SERVER)
        self._roster = Roster(
            asked, sessions, known.agreed, demo_page, known.newest, known.read_since
        )
        return self._roster

    def _stale(self, people: Mapping[UUID, UUID]) -> set[UUID]:
        """The students who are new here, or who may have decided or left since."""
        stale, now = set(people.keys() - self._roster.asked_about), time.monotonic()
        lessons = {}
        for lesson, marks in _read_marks(set(people.values())).items():
            known = self._lessons.get(lesson)
            until = known.all_again_at if known else now
            if known and now < until:
                deciders = _deciders(lesson, known.marks, marks)
            else:
                deciders, until = None, now + _ALL_AGAIN_AFTER_S
            if deciders is None:
                deciders = {p for p, session in people.items() if session == lesson}
            stale |= deciders & people.keys()
            lessons[lesson] = _Lesson(marks, until)
        self._lessons = lessons
        return stale


def _updated(known: Decided, outdated: Collection[UUID], read: Decided) -> Decided:
    """A copy that holds what was read, and of the outdated nothing else."""
    agreed, newest, read_since = dict(known[0]), dict(known[1]), dict(known[2])
    for person in outdated:
        agreed.pop(person, None)
        newest.pop(person, None)
        read_since.pop(person, None)
    return Decided(
        agreed | read.agreed, newest | read.newest, read_since | read.read_since
    )


def _read_marks(lessons: Collection[UUID]) -> dict[UUID, _Marks]:
    if not lessons:
        return {}
    participants = Participant.objects.filter(session__in=lessons).order_by()
    counted = participants.values_list("session", "session__students_see")
    decisions = Consent.objects.filter(participant__session__in=lessons).order_by()
    summed = decisions.values_list("participant__session").annotate(
        Count("pk"), Sum("pk"), Max("pk")
    )
    sums = {lesson: its for lesson, *its in summed}
    marks = {
        lesson: _Marks(
            settings.FER_CONSENT_VERSION, students_see, number, *sums.get(lesson, ())
        )
        for lesson, students_see, number in counted.annotate(Count("pk"))
    }
    return dict.fromkeys(lessons, _Marks()) | marks


def _deciders(lesson: UUID, before: _Marks, now: _Marks) -> set[UUID] | None:
    """Who decided between two readings; None where that does not explain the difference.

    A decision may also be deleted, or committed after one with a higher key.
    """
    if before == now:
        return set()
    if before[:2] != now[:2]:  # a yes may be none any more
        return None
    if now.participants < before.participants:
        return None
    added = Consent.objects.filter(
        participant__session=lesson, pk__gt=before.highest
    ).values_list("pk", "participant")
    keys = [key for key, _ in added]
    if (len(keys), sum(keys)) != (
        now.decisions - before.decisions,
        now.keys - before.keys,
    ):
        return None
    return {person for _, person in added}


def _running_sessions() -> dict[UUID, RunningSession]:
    running = list(ClassSession.objects.running().select_related("course"))
    if not running:
        return {}
    counted = _counted(running)
    replies = _replies(running)
    return {
        s.pk: running_session(s, counted.get(s.pk), students_view(s), replies.get(s.pk))
        for s in running
    }


def _replies(running: list[ClassSession]) -> dict[UUID, list[dict[str, str]]]:
    """What the teachers replied to their classes, in order."""
    found: dict[UUID, list[dict[str, str]]] = defaultdict(list)
    for reply in Mark.objects.filter(session__in=running).replies():
        told = {"at": reply.at.isoformat(), "word": reply.word}
        found[reply.session_id].append(told)
    return found


def _counted(running: list[ClassSession]) -> dict[UUID, int | None]:
    """The released size of each class's last closed minute."""
    last = ClassMinute.objects.filter(
        session__in=running, index=F("session__closed_through")
    )
    return dict(last.values_list("session_id", "size"))
