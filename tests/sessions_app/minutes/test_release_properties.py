"""What the release function promises, for any class."""

import csv
import io
import json
from itertools import count

import numpy as np
import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.forms.models import model_to_dict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from inference.contracts import FrameState, Reading
from inference.labels import EMOTIONS, GROUPS
from sessions_app.enums import MinuteStatus, Purpose
from sessions_app.minutes.closing import close_minute
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.re_entry import key_of
from sessions_app.minutes.release import (
    NoiseKeys,
    ReleasePolicy,
    cell_noise,
    noise_scale,
    release_shares,
    release_size,
)
from sessions_app.minutes.timeline import class_timeline, live_snapshot
from sessions_app.models import ClassMinute
from sessions_app.selectors.export import as_csv, session_export
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

K = 10
classes = st.lists(st.integers(0, 2**63 - 1), min_size=1, max_size=40, unique=True)
keys_of_a_group = st.builds(NoiseKeys, *[st.integers(0, 2**63 - 1)] * 2)
scores = arrays(float, 7, elements=st.floats(0.01, 1)).map(lambda row: row / row.sum())
with_rows = settings(
    max_examples=8,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@given(classes, st.randoms())
def test_the_same_set_never_meets_two_noises(keys, random):
    shuffled = random.sample(keys, len(keys))

    np.testing.assert_array_equal(
        cell_noise(keys, "expression", 7), cell_noise(shuffled, "expression", 7)
    )


@given(st.lists(st.integers(0, 2**63 - 1), min_size=2, max_size=40, unique=True))
def test_whoever_leaves_changes_all_the_noise(keys):
    whole, rest = (cell_noise(k, "expression", 7) for k in (keys, keys[1:]))

    assert np.abs(whole - rest).min() > 0


@given(classes, st.randoms())
def test_a_group_has_one_key_whatever_the_order_of_its_students(keys, random):
    assert key_of(keys) == key_of(random.sample(keys, len(keys)))


@given(scores, st.integers(1, 40), keys_of_a_group)
def test_asking_twice_gives_the_same_release(shares, n, keys):
    policy = ReleasePolicy(min_group=1, noise_scale=1.5)

    first, second = (
        release_shares(shares, n=n, keys=keys, statistic="x", policy=policy)
        for _ in range(2)
    )

    np.testing.assert_array_equal(first, second)


@given(scores, st.integers(1, 40), keys_of_a_group)
def test_below_the_minimum_group_nothing_is_computed_from_the_shares(shares, n, keys):
    policy = ReleasePolicy(min_group=n + 1, noise_scale=1.0)
    group = {"keys": keys, "statistic": "x", "policy": policy}

    assert release_shares(shares, n=n, **group) is None
    assert release_size(n, formed_with=n, **group) is None


@pytest.mark.parametrize("purpose", list(Purpose))
def test_smaller_groups_never_get_less_noise(purpose):
    noise = [noise_scale(purpose, n) / n for n in range(1, 500)]

    assert noise == sorted(noise, reverse=True)
    assert min(noise) > 0


def close_class(store, rows):
    """Close the first minute of a class whose students show these scores."""
    session = ClassSessionFactory(live=True)
    for row, person in zip(
        rows,
        ParticipantFactory.create_batch(
            len(rows), session=session, agreed=[Purpose.EXPRESSION, Purpose.PULSE]
        ),
        strict=True,
    ):
        store.note_present(session.pk, 0, {person.pk})
        for _ in range(3):
            store.add(session.pk, 0, person.pk, Reading(FrameState.OK, tuple(row)))
    now = session.minute_starts_at(1).timestamp()
    close_minute(session=session, store=store, index=0, now=now)
    session.refresh_from_db()
    return session


def numbers_in(value, path=""):
    """Every number of a JSON value with its path."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from numbers_in(inner, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for index, inner in zip(count(), value, strict=False):
            yield from numbers_in(inner, f"{path}.{index}")
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield path, value


@pytest.mark.django_db
@with_rows
@given(rows=st.lists(scores, min_size=0, max_size=K - 1))
def test_a_suppressed_minute_leaves_no_number_anywhere(rows):
    store = MemoryStore()

    session = close_class(store, rows)

    row = model_to_dict(ClassMinute.objects.get(session=session))
    assert row.pop("status") == row.pop("pulse_status") == MinuteStatus.TOO_FEW
    assert {path for path, _ in numbers_in(row)} == {".id", ".index"}
    timeline = class_timeline(session=session)
    snapshot = live_snapshot(session=session, stats=store.stats(session.pk))
    for shown in (
        timeline["minutes"][0],
        snapshot["last_minute"],
        session_export(session=session)["minutes"][0],
    ):
        as_json = json.loads(json.dumps(shown, cls=DjangoJSONEncoder))
        assert {path for path, _ in numbers_in(as_json)} <= {".index", ".elapsed_s"}
    assert not any(numbers_in([timeline["summary"], snapshot["summary"]]))
    [cells] = csv.DictReader(io.StringIO(as_csv(session_export(session=session))))
    assert all(cells[f"share_{label}"] == "" for label in EMOTIONS)
    assert all(cells[f"group_{group}"] == "" for group in GROUPS)
    assert store.open_minutes(session.pk) == []


@pytest.mark.django_db
@with_rows
@given(first=st.lists(scores, max_size=K - 1), second=st.lists(scores, max_size=K - 1))
def test_suppressed_minutes_of_any_two_classes_look_the_same(first, second):
    shown = [
        class_timeline(session=close_class(MemoryStore(), rows))["minutes"][0]
        for rows in (first, second)
    ]

    for minute in shown:
        minute.pop("starts_at")
    assert shown[0] == shown[1]
