"""From when on each connected student counts, as the student's page says it."""

import logging
import time
from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

from inference.cluster.redis_away import RedisAway
from sessions_app.enums import Purpose
from sessions_app.minutes.running_session import RunningSession
from sessions_app.minutes.store import OpenMinuteStore

_ASK_AGAIN_AFTER_S = 10.0

logger = logging.getLogger(__name__)

CountsFrom = dict[UUID, dict[Purpose, int]]


class Waiting:
    """Asks the store once for each closed minute and each newly connected student."""

    def __init__(self, store: OpenMinuteStore) -> None:
        self._store = store
        self._asked: dict[UUID, tuple[int, set[UUID], CountsFrom]] = {}
        self._parts: list[CountsFrom] = []
        self._found: CountsFrom = {}
        self._away_until = 0.0  # monotonic; when to ask again

    def read(
        self, people: Mapping[UUID, UUID], sessions: Mapping[UUID, RunningSession]
    ) -> CountsFrom:
        """The first minute in which each student may count, for each purpose.

        It is the same object as before where nothing was asked.

        Args:
            people: The connected students, each with their class.
            sessions: The running lessons.
        """
        of_class: dict[UUID, set[UUID]] = defaultdict(set)
        for person, session in people.items():
            of_class[session].add(person)
        self._asked = {s: held for s, held in self._asked.items() if s in of_class}
        if time.monotonic() < self._away_until:
            return {}
        its = {s: of_class[s] for s in of_class if s in sessions}
        try:
            parts = [self._of_class(sessions[s], its[s]) for s in its]
        except RedisAway as error:
            logger.warning("Students are not told from when on they count. %s", error)
            self._away_until = time.monotonic() + _ASK_AGAIN_AFTER_S
            return {}
        if [*map(id, parts)] != [*map(id, self._parts)]:
            self._parts = parts
            self._found = {p: waits for part in parts for p, waits in part.items()}
        return self._found

    def _of_class(self, running: RunningSession, people: set[UUID]) -> CountsFrom:
        closed, asked_about, known = self._asked.get(running.id, (-2, set(), {}))
        if (closed, asked_about) != (running.closed_through, people):
            known = self._ask(running.id, people)
            self._asked[running.id] = (running.closed_through, people, known)
        return known

    def _ask(self, session: UUID, people: set[UUID]) -> CountsFrom:
        by_purpose = {
            purpose: self._store.counts_from(session, people, purpose)
            for purpose in Purpose
        }
        return {
            person: {purpose: of[person] for purpose, of in by_purpose.items()}
            for person in people
        }
