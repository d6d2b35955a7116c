"""From the sums of one minute to the row that everyone may see."""

from collections.abc import Iterable
from functools import cache
from uuid import UUID

import numpy as np
from django.conf import settings

from inference import mood
from inference.artefact import load_calibration
from inference.contracts import Calibration
from inference.labels import EMOTIONS
from sessions_app.enums import MinuteStatus, Purpose, Tap
from sessions_app.models import ClassMinute, ClassSession
from sessions_app.open_minute import (
    MIN_READINGS,
    OpenMinute,
    OpenMinuteStore,
    PersonSums,
)
from sessions_app.release import (
    Released,
    ReleasePolicy,
    coverage,
    noise_scale,
    release_mark,
    release_shares,
)

PULSE_CHOICES = (*Tap.values, "no_answer")


@cache
def calibration() -> Calibration:
    """What the model in use is known to mistake; read once."""
    return load_calibration(settings.FER_ARTEFACT)


def release_policy(session: ClassSession, purpose: Purpose, n: int) -> ReleasePolicy:
    """What a class was promised, and the noise that a group of n needs."""
    scale = noise_scale(purpose, n) * settings.FER_NOISE_SCALE
    return ReleasePolicy(session.promise.min_group, scale)


def build_minute(
    *, session: ClassSession, index: int, store: OpenMinuteStore, now: float
) -> ClassMinute:
    """Estimate, release and describe one minute; nothing is stored here.

    Args:
        session: The session, its row locked.
        index: A minute that has ended.
        store: Holds the minute's sums.
        now: Seconds since the Unix epoch, on the clock that the frames were given.
    """
    held = store.read(session.pk, index)
    row = ClassMinute(
        session=session,
        index=index,
        starts_at=session.minute_starts_at(index),
        status=MinuteStatus.TOO_FEW,
    )
    # What nobody could fill is no student's gap.
    if Purpose.EXPRESSION in held.interrupted:
        row.status = MinuteStatus.INTERRUPTED
    elif session.expression_offered:
        full = {p for p, sums in held.people.items() if sums.faces >= MIN_READINGS}
        keys = _keys(session, Purpose.EXPRESSION, full)
        counting = store.admit(session.pk, index, set(keys), Purpose.EXPRESSION)
        _fill_expression(row, held, {person: keys[person] for person in counting})
    if session.pulse_on and Purpose.PULSE not in held.interrupted:
        ended_ago_s = now - session.minute_starts_at(index + 1).timestamp()
        votes = store.votes(session.pk, ago_s=max(0.0, ended_ago_s))
        asked = _keys(session, Purpose.PULSE, held.present | votes.keys())
        counting = store.admit(session.pk, index, set(asked), Purpose.PULSE)
        _fill_pulse(row, votes, {person: asked[person] for person in counting})
    return row


def _keys(
    session: ClassSession, purpose: Purpose, people: Iterable[UUID]
) -> dict[UUID, int]:
    """Cell keys of those among some people whose current consent is yes."""
    consenting = session.participants.filter(pk__in=list(people)).consenting(purpose)
    keys = consenting.values_list("pk", "cell_key")
    return {person: key for person, key in keys if key is not None}


def _fill_expression(row: ClassMinute, held: OpenMinute, keys: dict[UUID, int]) -> None:
    policy = release_policy(row.session, Purpose.EXPRESSION, len(keys))
    if len(keys) < max(1, policy.min_group):
        return
    sums = class_sums([held.people[person] for person in keys])
    estimate = mood.estimate(sums, calibration())
    released = release_shares(
        estimate.shares,
        estimate.sd**2,
        keys=list(keys.values()),
        purpose=f"expression {calibration().artefact_hash}",
        policy=policy,
    )
    if released is None:
        return
    row.status = MinuteStatus.RELEASED
    row.n, row.shares, row.band = released.n, released.shares, released.band
    row.valence, row.valence_band = _valence(released)
    row.unusual = release_mark(
        mood.strangeness(sums, estimate, calibration()),
        keys=list(keys.values()),
        purpose=f"unusual {calibration().artefact_hash}",
        policy=policy,
    )
    row.coverage = _coverage(len(keys), held.present | keys.keys(), policy)
    row.artefact, row.estimator = calibration().artefact_hash, mood.ESTIMATOR


def _fill_pulse(
    row: ClassMinute, votes: dict[UUID, str], asked: dict[UUID, int]
) -> None:
    """Shares of the taps among all who were asked; silence is an answer, too."""
    if not asked:
        return
    counts = [
        sum(votes.get(person, "no_answer") == choice for person in asked)
        for choice in PULSE_CHOICES
    ]
    released = release_shares(
        np.array(counts) / len(asked),
        np.zeros(len(counts)),
        keys=list(asked.values()),
        purpose="pulse",
        policy=release_policy(row.session, Purpose.PULSE, len(asked)),
    )
    if released is not None:
        row.pulse_n = released.n
        row.pulse = dict(zip(PULSE_CHOICES, released.shares, strict=True))


def class_sums(people: list[PersonSums]) -> mood.ClassSums:
    """Add up a class: one vote per student, however many frames each sent."""
    return mood.ClassSums(
        n=len(people),
        scores=sum((p.scores / p.faces for p in people), np.zeros(len(EMOTIONS))),
        arg_max=sum((p.arg_max / p.faces for p in people), np.zeros(len(EMOTIONS))),
        max_score=sum(p.max_score / p.faces for p in people),
    )


def _valence(released: Released) -> tuple[float, float]:
    """The class's valence and the half width of its band, from released shares."""
    value = mood.valence(np.array(released.shares))
    band = float(np.sqrt(np.square(mood.VALENCE * np.array(released.band)).sum()))
    return round(value, 2), round(min(band, 1.0), 2)


def _coverage(contributors: int, present: Iterable[UUID], policy: ReleasePolicy) -> str:
    word = coverage(
        contributors=contributors,
        present=len(set(present)),
        min_group=policy.min_group,
    )
    return word.value if word else ""
