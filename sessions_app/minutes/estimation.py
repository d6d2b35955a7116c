"""From the sums of one minute to the row that everyone may see."""

from collections.abc import Mapping, Sequence
from functools import cache
from uuid import UUID

import numpy as np
from django.conf import settings
from django.db.models import QuerySet

from inference import mood
from inference.artefact import load_calibration
from inference.contracts import Calibration
from inference.labels import EMOTIONS, GROUPS
from inference.lately import BEFORE
from sessions_app.enums import MinuteStatus, Purpose, Tap, Vote
from sessions_app.minutes import belief
from sessions_app.minutes.re_entry import Counting, Rule, rule
from sessions_app.minutes.release import (
    ReleasePolicy,
    expression_statistic,
    flag_unusual,
    noise_scale,
    release_coverage,
    release_shares,
    release_size,
)
from sessions_app.minutes.store import (
    MIN_READINGS,
    OpenMinute,
    OpenMinuteStore,
    PersonSums,
)
from sessions_app.minutes.withheld import NOT_WRITTEN
from sessions_app.models import ClassMinute, ClassSession, Participant


@cache
def calibration() -> Calibration:
    """What the model in use is known to mistake; read once."""
    return load_calibration(settings.FER_ARTEFACT)


def release_policy(session: ClassSession, purpose: Purpose, n: int) -> ReleasePolicy:
    """What a class was promised, and the noise that a group of n needs."""
    scale = noise_scale(purpose, n) * settings.FER_NOISE_SCALE
    return ReleasePolicy(session.promise.min_group, scale)


def _released(session: ClassSession, size: int) -> belief.Release:
    """What anybody knows of a release but its numbers."""
    return belief.Release(size, session.promise.min_group, settings.FER_NOISE_SCALE)


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
        status=_status(held, Purpose.EXPRESSION, asked=session.expression_offered),
        pulse_status=_status(held, Purpose.PULSE, asked=session.pulse_on),
    )
    # What nobody could fill, or nobody was there for, is no student's gap.
    anybody = bool(held.people or held.present)
    unwritten = store.withheld(session.pk)
    if anybody and row.status == MinuteStatus.TOO_FEW:
        keys = _agreed(session, Purpose.EXPRESSION, unwritten)
        full = {p: s for p, s in held.people.items() if s.faces >= MIN_READINGS}
        sums = {p: s for p, s in (held.last | full).items() if p in keys}
        counting = store.admit(
            session.pk,
            index,
            Purpose.EXPRESSION,
            full={p: keys[p] for p in full if p in keys},
            able=sums.keys(),
            its=_rule(session),
        )
        store.keep_last(session.pk, index, full.keys(), of=counting.people)
        _fill_expression(row, held, sums, counting, keys)
    if row.status == MinuteStatus.OFF:
        store.keep_last(session.pk, index, (), of=())
    if row.pulse_status == MinuteStatus.TOO_FEW:
        ended_ago_s = now - session.minute_starts_at(index + 1).timestamp()
        votes = store.votes(session.pk, ago_s=max(0.0, ended_ago_s))
        asked = _agreed(session, Purpose.PULSE, unwritten)
        if anybody:
            here = held.present | votes.keys()
            counting = store.admit(
                session.pk,
                index,
                Purpose.PULSE,
                full={p: key for p, key in asked.items() if p in here},
                able=asked.keys(),
                its=_rule(session),
            )
            _fill_pulse(row, votes, counting)
    return row


def _rule(session: ClassSession) -> Rule:
    """When this class forms a group."""
    return rule(
        window_s=session.window_s,
        min_group=session.promise.min_group,
        noise=settings.FER_NOISE_SCALE > 0,
    )


def _status(held: OpenMinute, purpose: Purpose, *, asked: bool) -> MinuteStatus:
    """The status of one signal in a minute, before anybody is counted."""
    if not asked:
        return MinuteStatus.OFF
    if purpose in held.interrupted:
        return MinuteStatus.INTERRUPTED
    return MinuteStatus.PAUSED if held.paused else MinuteStatus.TOO_FEW


def _agreed(
    session: ClassSession,
    purpose: Purpose,
    withheld: Mapping[UUID, Mapping[Purpose, int]],
) -> dict[UUID, int]:
    """Cell keys of those whose current consent is yes, and who have said no no since.

    A no that is not written yet may wait for a lock which the closing itself has.
    """
    keys = _keys(session.participants.consenting(purpose))
    noes = {p for p, until in withheld.items() if until.get(purpose) == NOT_WRITTEN}
    return {person: key for person, key in keys.items() if person not in noes}


def _keys(people: QuerySet[Participant]) -> dict[UUID, int]:
    keys = people.values_list("pk", "cell_key")
    return {person: key for person, key in keys if key is not None}


def _fill_expression(
    row: ClassMinute,
    held: OpenMinute,
    of: Mapping[UUID, PersonSums],
    counting: Counting,
    cell_keys: Mapping[UUID, int],
) -> None:
    """Shares of what those who count show: in this minute, or in their last full one."""
    n = len(counting.people)
    policy = release_policy(row.session, Purpose.EXPRESSION, n)
    size = release_size(
        n,
        formed_with=counting.formed_with,
        keys=counting.noise,
        statistic="expression",
        policy=policy,
    )
    if size is None:
        return
    sums = class_sums([of[person] for person in sorted(counting.people)])
    estimate = mood.estimate(sums, calibration())
    row.status, row.size = MinuteStatus.RELEASED, size
    numbers = release_shares(
        expression_statistic(size) @ estimate.shares,
        n=n,
        keys=counting.noise,
        statistic=f"expression {calibration().artefact_hash}",
        policy=policy,
    )
    assert numbers is not None  # where there is a size, there is a release
    row.numbers = numbers.tolist()
    noisy = belief.run_of(belief.Left(row.index, size, numbers), _left_before(row))
    shown = belief.expression(
        noisy[np.newaxis], _released(row.session, size), calibration()
    )
    _show(row, shown)
    row.unusual = flag_unusual(
        float(mood.outlier_distance(sums, estimate, calibration())),
        keys=counting.noise,
        size=size,
        statistic=f"unusual {calibration().artefact_hash}",
        policy=policy,
    )
    row.coverage = _coverage(row, held, counting, cell_keys, policy)
    row.inference = row.session.promise.inference
    row.artefact, row.estimator = calibration().artefact_hash, mood.ESTIMATOR


def _left_before(row: ClassMinute) -> list[belief.Left]:
    """What left of the minutes before this one, the newest first."""
    last = range(row.index - BEFORE, row.index)
    before = row.session.minutes.filter(index__in=last, numbers__isnull=False)
    kept = before.order_by("-index").values_list("index", "size", "numbers")
    return [
        belief.Left(index, size or 0, np.array(numbers))
        for index, size, numbers in kept
    ]


def _coverage(
    row: ClassMinute,
    held: OpenMinute,
    counting: Counting,
    cell_keys: Mapping[UUID, int],
    policy: ReleasePolicy,
) -> str:
    """The word for how many contribute, from the minute of the mark.

    Those who do not contribute come and go: a word of each minute would draw noise
    with every silent browser, and own ones would average it.
    """
    if counting.since != row.index:
        at_mark = row.session.minutes.filter(index=counting.since)
        return at_mark.values_list("coverage", flat=True).first() or ""
    here = row.session.participants.filter(pk__in=held.present - counting.people)
    secret = [cell_keys[person] for person in counting.people]
    word = release_coverage(secret, list(_keys(here).values()), policy=policy)
    return word.value if word else ""


def _show(row: ClassMinute, shown: belief.Expression) -> None:
    """Write what is shown of one minute into its row."""
    row.groups, row.groups_band = _by_name(list(GROUPS), shown.groups)
    row.groups_alone, row.groups_alone_band = _by_name(list(GROUPS), shown.alone)
    if shown.labels is not None:
        row.shares = shown.labels.shares[0].tolist()
        row.band = shown.labels.band[0].tolist()
    row.valence = float(shown.valence[0])
    row.valence_band = float(shown.valence_band[0])
    row.statement = shown.statements[0]


def _fill_pulse(row: ClassMinute, votes: dict[UUID, str], counting: Counting) -> None:
    """Shares of the taps among all who were asked; silence is an answer, too."""
    n = len(counting.people)
    policy = release_policy(row.session, Purpose.PULSE, n)
    size = release_size(
        n,
        formed_with=counting.formed_with,
        keys=counting.noise,
        statistic="pulse",
        policy=policy,
    )
    if size is None:
        return
    answers = [votes.get(person, Vote.NO_ANSWER) for person in counting.people]
    exact = np.array([answers.count(choice) for choice in Vote.values]) / n
    noisy = release_shares(
        exact, n=n, keys=counting.noise, statistic="pulse", policy=policy
    )
    assert noisy is not None  # where there is a size, there is a release
    taps = {choice.tap for choice in row.session.choices}
    shown = belief.pulse(noisy[np.newaxis], _released(row.session, size), taps)
    row.pulse_status, row.pulse_size = MinuteStatus.RELEASED, size
    row.pulse, row.pulse_band = _by_name(Vote.values, shown.shares)
    row.answers, row.answers_band = _by_name(Tap.values, shown.answers)
    row.pulse_statement = shown.statements[0]


def _by_name(
    names: Sequence[str], shown: belief.Shares
) -> tuple[dict[str, float], dict[str, float]]:
    """Shares of one minute and their bands, as a row keeps them."""
    return (
        dict(zip(names, shown.shares[0].tolist(), strict=True)),
        dict(zip(names, shown.band[0].tolist(), strict=True)),
    )


def class_sums(people: list[PersonSums]) -> mood.ClassSums:
    """Add up a class: one vote per student, however many frames each sent."""
    return mood.ClassSums(
        n=len(people),
        scores=sum((p.scores / p.faces for p in people), np.zeros(len(EMOTIONS))),
        arg_max=sum((p.arg_max / p.faces for p in people), np.zeros(len(EMOTIONS))),
        max_score=sum(p.max_score / p.faces for p in people),
    )
