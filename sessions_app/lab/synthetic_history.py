"""Invented classes, to try the history at scale. Nobody ever sat in them."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import numpy as np
from django.utils import timezone

from inference.labels import GROUPS
from inference.mood import GROUPING
from sessions_app.enums import Coverage, MarkKind, MinuteStatus, SessionState, Tap, Vote
from sessions_app.minutes.belief import in_steps
from sessions_app.minutes.claims import CLAIMS, PULSE_CLAIMS
from sessions_app.minutes.release import (
    NoiseKeys,
    ReleasePolicy,
    is_grouped,
    release_size,
)
from sessions_app.models import ClassMinute, ClassSession, Course, Mark, User

TEACHERS, COURSES_EACH = 40, 5
_POLICY = ReleasePolicy(min_group=10, noise_scale=1.0)
_USUAL = np.array([1.0, 0.2, 0.5, 4.0, 2.0, 0.7, 8.0])  # neutral first, then happy
_TOPICS = ["Rings", "Groups", "Cells", "Verbs", "Rome", "Optics", "Choir", "Sonnets"]
_SPREAD = dt.timedelta(days=300)  # less than classes are kept, as the policy has it


def staff() -> list[Course]:
    """Make teachers with their courses."""
    teachers = User.objects.bulk_create(
        User(email=f"teacher{i}@invented.example", name=f"Teacher {i}")
        for i in range(TEACHERS)
    )
    return Course.objects.bulk_create(
        Course(teacher=teacher, title=f"Course {i}", term=f"Term {i % 3}")
        for teacher in teachers
        for i in range(COURSES_EACH)
    )


def sessions(
    courses: list[Course], *, count: int, minutes: int, rng: np.random.Generator
) -> list[ClassSession]:
    """Ended classes over the last 300 days; every tenth is the first teacher's."""
    ends, made = timezone.now() - dt.timedelta(hours=1), []
    for i in range(count):
        first = i % 10 == 0
        course = courses[rng.integers(COURSES_EACH if first else len(courses))]
        ended = ends - _SPREAD * float(rng.random())
        begun = ended - dt.timedelta(minutes=minutes)
        made.append(
            ClassSession(
                teacher_id=course.teacher_id,
                course=course,
                title=f"{rng.choice(_TOPICS)} {i}",
                state=SessionState.ENDED,
                created_at=begun - dt.timedelta(minutes=10),
                started_at=begun,
                ended_at=ended,
                window_s=60,
                closed_through=minutes - 1,
            )
        )
    return made


def running(teacher: User, *, count: int, minutes: int) -> list[ClassSession]:
    """Lessons of a teacher that began together and still run."""
    begun = timezone.now() - dt.timedelta(minutes=minutes)
    return [
        ClassSession(
            teacher=teacher,
            title=f"Lesson {i}",
            state=SessionState.LIVE,
            created_at=begun,
            started_at=begun,
            window_s=60,
            closed_through=minutes - 1,
        )
        for i in range(count)
    ]


def topics_of(session: ClassSession) -> Iterator[Mark]:
    """Four topics, of the same length each."""
    each = (session.closed_through + 1) // 4
    for place, word in enumerate(_TOPICS[:4]):
        at = session.minute_starts_at(place * each)
        yield Mark(session=session, kind=MarkKind.TOPIC, at=at, word=word)


class MinutePool:
    """Some hundred released minutes, of which every class gets others."""

    def __init__(self, rng: np.random.Generator, size: int = 500) -> None:
        self._rng = rng
        self._released = [self._released_minute() for _ in range(size)]

    def minutes_of(self, session: ClassSession) -> Iterator[ClassMinute]:
        """All closed minutes of a lesson, some of them with too few students."""
        for index in range(session.closed_through + 1):
            values: dict[str, Any] = {
                "status": MinuteStatus.TOO_FEW,
                "pulse_status": MinuteStatus.TOO_FEW,
            }
            if self._rng.random() > 0.15:
                values = self._released[self._rng.integers(len(self._released))]
            starts_at = session.minute_starts_at(index)
            yield ClassMinute(
                session=session, index=index, starts_at=starts_at, **values
            )

    def _released_minute(self) -> dict[str, Any]:
        n = int(self._rng.integers(10, 36))
        keys = NoiseKeys(*self._rng.integers(2**62, size=2).tolist())
        size = release_size(
            n, formed_with=n, keys=keys, statistic="invented", policy=_POLICY
        )
        assert size is not None  # the smallest class has the minimum group
        usual = in_steps(self._rng.dirichlet(_USUAL))
        groups = (GROUPING @ usual).round(2).tolist()
        pulse = in_steps(self._rng.dirichlet(np.ones(5))).tolist()
        answers = in_steps(self._rng.dirichlet(np.ones(4))).tolist()
        small = is_grouped(size)
        return {
            "status": MinuteStatus.RELEASED,
            "size": size,
            "groups": dict(zip(GROUPS, groups, strict=True)),
            "groups_band": dict.fromkeys(GROUPS, 0.2),
            "groups_alone": dict(zip(GROUPS, groups, strict=True)),
            "groups_alone_band": dict.fromkeys(GROUPS, 0.2),
            "shares": None if small else usual.tolist(),
            "band": None if small else [0.15] * len(usual),
            "valence": round(float(self._rng.uniform(-0.5, 0.5)), 2),
            "valence_band": 0.2,
            "statement": str(self._rng.choice(["", *map(str, CLAIMS)])),
            "pulse_status": MinuteStatus.RELEASED,
            "pulse": dict(zip(Vote.values, pulse, strict=True)),
            "pulse_band": dict.fromkeys(Vote.values, 0.15),
            "pulse_size": size,
            "answers": dict(zip(Tap.values, answers, strict=True)),
            "answers_band": dict.fromkeys(Tap.values, 0.15),
            "pulse_statement": str(self._rng.choice(["", *map(str, PULSE_CLAIMS)])),
            "coverage": str(self._rng.choice(["", *Coverage.values])),
            "artefact": "invented",
            "estimator": "invented",
        }
