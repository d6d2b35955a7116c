"""Classes of which everything is known, and what the server's own release makes of them.

Every student looks the same and answers the same in all minutes, so the truth of one is the
truth of all. Noise and minimum group are those of a school, not of the demo.
"""

import random
from dataclasses import dataclass, field
from unittest.mock import patch

import numpy as np
from django.test import override_settings

from inference.artefact import load_calibration
from inference.contracts import FrameState, Reading
from inference.labels import EMOTIONS
from inference.mood import GROUPING
from sessions_app.enums import Purpose, Vote
from sessions_app.lab.truth.faces import FaceKind, drawn_faces
from sessions_app.minutes.estimation import build_minute
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.store import MIN_READINGS
from tests.sessions_app.factories import ParticipantFactory


@dataclass(frozen=True)
class Known:
    """How many students look how, and answer what; all others answer nothing."""

    looks: dict[str, int]
    answers: dict[str, int]
    min_group: int = 10
    seed: int = 1
    students: int = field(init=False)

    def __post_init__(self):
        object.__setattr__(self, "students", sum(self.looks.values()))

    @property
    def truth(self):
        """Shares of the groups of expressions and of the votes, as claims ask for them."""
        looks = np.array([self.looks.get(label, 0) for label in EMOTIONS])
        votes = [self.answers.get(vote, 0) for vote in Vote.values[:-1]]
        votes.append(self.students - sum(votes))
        return {
            "students": self.students,
            "min_group": self.min_group,
            "groups": (GROUPING @ looks / self.students).tolist(),
            "votes": (np.array(votes) / self.students).tolist(),
        }


KNOWN = {
    "known_8": Known({"neutral": 7, "sad": 1}, {"lost": 6, "too_fast": 1}, min_group=5),
    "known_15": Known(
        {"neutral": 14, "happy": 1}, {"lost": 7, "too_fast": 6, "ok": 1}, seed=2
    ),
    "known_40": Known(
        {"neutral": 34, "happy": 4, "sad": 2},
        {"lost": 20, "too_fast": 9, "ok": 5, "too_slow": 1},
    ),
    "known_pulse": Known({"neutral": 30}, {"ok": 25, "too_slow": 1, "lost": 1}),
    "known_resumed": Known({"happy": 28, "neutral": 2}, {"ok": 24, "lost": 2}),
    "known_below": Known({"neutral": 8}, {"lost": 8}),
    "known_ended": Known(
        {"neutral": 36, "happy": 3, "sad": 1}, {"lost": 24, "too_fast": 6, "ok": 4}
    ),
}


BEFORE = Known({"neutral": 36, "happy": 4}, {"ok": 36, "too_fast": 2})
# From the eighth minute on that class is another one: three of four look happy, or two are lost.
CHANGES_IN = 7
CHANGED = {
    "brightened": Known({"neutral": 10, "happy": 30}, {"ok": 36, "too_fast": 2}),
    "got_lost": Known({"neutral": 36, "happy": 4}, {"lost": 26, "ok": 12}),
}


def close_all(session, known, minutes, paused_in=None, then=None):
    """Let students of this class send and tap for some minutes, and close each of them.

    In the minute `paused_in` the teacher paused the lesson; from `CHANGES_IN` on the class is
    `then`, where that is given. The watermark stands beyond all
    minutes, or the platform that runs meanwhile would close them itself.
    """
    drawn = random.Random(known.seed)
    clock = Clock()
    store = MemoryStore(clock)
    people = join(session, known, drawn)
    faces = drawn_faces(
        FaceKind.REAL, load_calibration("small"), np.random.default_rng(known.seed)
    )
    first = readings_of(known, faces, drawn)
    later = readings_of(then, faces, drawn) if then else first
    session.min_group, session.closed_through = known.min_group, 10_000
    session.save()
    with (
        override_settings(FER_NOISE_SCALE=1.0),
        patch("sessions_app.minutes.re_entry.secrets.randbits", drawn.getrandbits),
    ):
        for index in range(minutes):
            ends = session.minute_starts_at(index + 1).timestamp()
            clock.now = ends - 1
            changed = then is not None and index >= CHANGES_IN
            of, readings = (then, later) if changed else (known, first)
            send_and_tap(store, session, index, people, readings, of)
            if index == paused_in:
                store.note_paused(session.pk, index)
            clock.now = ends + 5.5
            row = build_minute(session=session, index=index, store=store, now=clock.now)
            row.save()
            store.drop(session.pk, index)
            store.let_go(session.pk, index, ago_s=clock.now - ends)
    return session


def readings_of(known, faces, drawn):
    return [
        Reading(FrameState.OK, tuple(drawn.choice(faces[EMOTIONS.index(look)])))
        for look in spread(known.looks)
    ]


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


def join(session, known, drawn):
    both = [Purpose.EXPRESSION, Purpose.PULSE]
    return [
        ParticipantFactory(
            session=session, agreed=both, cell_key=drawn.getrandbits(60)
        ).pk
        for _ in range(known.students)
    ]


def send_and_tap(store, session, index, people, readings, known):
    store.note_present(session.pk, index, set(people))
    for person, reading in zip(people, readings, strict=True):
        for _ in range(MIN_READINGS):
            store.add(session.pk, index, person, reading)
    for person, tap in zip(people, spread(known.answers), strict=False):
        store.tap(session.pk, person, tap)


def spread(counts):
    """Each name as often as it counts."""
    return [name for name, count in counts.items() for _ in range(count)]
