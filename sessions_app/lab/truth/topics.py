"""How often a topic is named that stood out of its lesson, where one did and where none did."""

import numpy as np

from sessions_app.enums import Tap
from sessions_app.lab.attack.classes import HOLD
from sessions_app.lab.attack.sums import Sums, add_up
from sessions_app.lab.truth.lessons import (
    Lessons,
    Rows,
    SharedSignal,
    release,
    shares_of,
)
from sessions_app.lab.truth.playing import MINUTES, crowds
from sessions_app.lab.truth.worlds import World
from sessions_app.minutes.by_topic import StandingOut, TopicSpan, standing_out
from sessions_app.minutes.figures import figures_of
from sessions_app.minutes.spans import KINDS, span

TOPICS = 3  # of a lesson, of the same length
_EACH = MINUTES // TOPICS
_OTHER = 1  # the place of the topic that has a mood of its own, where one has


def topics_named(
    way: SharedSignal, world: World, n: int, rng: np.random.Generator, lessons: int
) -> dict[str, float | None]:
    """How often something is said of the topics of a lesson.

    Returns:
        `alike`: in how many lessons whose mood stays the same a topic is named;
        `changed`: in how many in which one topic has a mood of its own;
        `right`: how much of what is said there is so, none where nothing is said.
    """
    alike, changed = (
        _play(way, world, n, rng, lessons, changes=changes) for changes in (False, True)
    )
    said = [_said(rows) for rows in changed.rows]
    right = [
        _is_right(each, truth)
        for found, truth in zip(said, changed.truth, strict=True)
        for each in found
    ]
    return {
        "alike": _part([bool(_said(rows)) for rows in alike.rows]),
        "changed": _part([bool(found) for found in said]),
        "right": _part(right) if right else None,
    }


def _play(
    way: SharedSignal,
    world: World,
    n: int,
    rng: np.random.Generator,
    lessons: int,
    *,
    changes: bool,
) -> Lessons:
    moods = [world(way.signal, rng, lessons)] * TOPICS
    if changes:
        moods[_OTHER] = world(way.signal, rng, lessons)
    [crowd] = crowds(n, _EACH, churn=False)
    parts = [add_up(way.signal, crowd.counts, each, rng, HOLD) for each in moods]
    return release(way, n, _one_after_another(parts), rng)


def _one_after_another(parts: list[Sums]) -> Sums:
    return Sums(
        np.concatenate([part.n for part in parts]),
        *(
            np.concatenate([getattr(part, name) for part in parts], axis=1)
            for name in ("scores", "counts", "votes")
        ),
    )


def _said(rows: Rows) -> list[StandingOut]:
    """What is said of the topics of a lesson."""
    topics = []
    for place in range(TOPICS):
        own = range(place * _EACH, (place + 1) * _EACH)
        rest = [row for index, row in enumerate(rows) if index not in own]
        its = span([figures_of(rows[own.start : own.stop])])
        topic = {"id": str(place), "word": str(place)}
        topics.append(
            TopicSpan(topic, [*own], its, span([figures_of(rest)]), {t: t for t in Tap})
        )
    return standing_out(topics)


def _is_right(said: StandingOut, truth: np.ndarray) -> bool:
    """Whether the share differed that way, by how many students (T, C) showed what."""
    own = np.arange(MINUTES) // _EACH == int(said.topic["id"])
    kind = "groups" if said.share in KINDS["groups"].names else "answers"
    its, rest = (shares_of(kind, truth[of].sum(axis=0)) for of in (own, ~own))
    place = KINDS[kind].names.index(said.share)
    return bool((its - rest)[place] * said.change.by > 0)


def _part(holds: list[bool]) -> float:
    return round(float(np.mean(holds)), 3)
