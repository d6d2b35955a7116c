"""Whom a new reading of the database concerns; all others cost nothing in that second."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sessions_app import clock
from sessions_app.live.roster import Roster
from sessions_app.live.sockets import Sockets, StudentSocket
from sessions_app.minutes import withheld
from sessions_app.minutes.running_session import RunningSession


class Changes:
    """Between two readings: who may have lost something, and who is to be told news."""

    def __init__(self, sockets: Sockets) -> None:
        self._sockets = sockets
        self._looked: dict[UUID, tuple[RunningSession | None, int]] = {}

    def concerned(
        self, before: Roster, roster: Roster, people: Mapping[UUID, UUID]
    ) -> list[UUID]:
        """The students who may have withdrawn something since, or left.

        Args:
            before: The older reading.
            roster: The newer one.
            people: Those whom it was to be read for, each with their lesson.
        """
        concerned = {*roster.changed_since(before), *withheld.people()}
        stopped = {s for s in roster.sessions if no_longer_offered(before, roster, s)}
        if stopped:
            concerned |= {p for p, session in people.items() if session in stopped}
        return [p for p in concerned if p in people and p in roster.asked_about]

    def to_be_told(
        self, before: Roster, roster: Roster, concerned: Iterable[UUID]
    ) -> list[StudentSocket]:
        """The sockets whose news may have changed: first those of single students.

        Who connected after the roster was read hears it from the next one.
        """
        sockets = self._sockets
        people = {*concerned, *sockets.untold, *_waits_changed(before, roster)}
        told = {p: s for p in people if (s := sockets.of_student(p)) is not None}
        looked = {s: _looks(roster, s) for s in sockets.lessons()}
        for session, looks in looked.items():
            if self._looked.get(session) != looks:
                told |= sockets.of_lesson(session)
        self._looked = looked
        told = {p: s for p, s in told.items() if p in roster.asked_about}
        for person in sockets.untold.keys() & told.keys():
            del sockets.untold[person]
        return list(told.values())


def no_longer_offered(before: Roster, roster: Roster, session: UUID) -> bool:
    """Whether the policy or the teacher turned expression off in a running lesson."""
    was, now = before.session(session), roster.session(session)
    return bool(was and now and was.expression_on and not now.expression_on)


def _looks(roster: Roster, session: UUID) -> tuple[RunningSession | None, int]:
    """A lesson, and its minute: in the next one somebody may count who has waited."""
    running = roster.session(session)
    return running, running.minute_at(clock.now_s()) if running else -1


def _waits_changed(before: Roster, roster: Roster) -> list[UUID]:
    was, now = before.counts_from, roster.counts_from
    return [] if now is was else [p for p in now if now[p] != was.get(p)]
