"""What could not be written is tried again, each by itself."""

import time
from contextlib import suppress
from functools import partial

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import OperationalError

from sessions_app.enums import Purpose
from sessions_app.minutes import (
    current_store,
    redis_scripts,
    redis_store,
    withheld,
)
from sessions_app.minutes.re_entry import Rule
from sessions_app.selectors.consent import choices_of, written_choices
from sessions_app.services import consent, withdrawals
from tests.redis_server import RedisServer
from tests.sessions_app.factories import ParticipantFactory

pytestmark = pytest.mark.django_db(transaction=True)
WRITTEN_WITHIN_S = 0.9  # with the second of the others that makes two


@pytest.fixture
def waiting(monkeypatch):
    monkeypatch.setattr(withdrawals, "_waiting", waiting := {})
    return waiting


@pytest.fixture
def no_one_waits(monkeypatch):
    """What other tests left to be told is not told to this test's Redis."""
    monkeypatch.setattr(withdrawals, "_waiting", {})
    monkeypatch.setattr(withdrawals, "_deleted", ({}, {}))
    monkeypatch.setattr(withdrawals, "_on_its_way", {})
    monkeypatch.setattr(withheld, "untold", {})


def refused():
    raise OperationalError("the row is locked")


def wait_for(person, writing):
    """As if the database had refused it a moment ago."""
    withdrawals._waiting[person.pk, "no"] = withdrawals._Waiting((), writing)


def test_one_row_that_cannot_be_written_keeps_no_other_waiting(waiting):
    stuck, free = ParticipantFactory.create_batch(2, agreed=list(Purpose))
    wait_for(stuck, refused)
    no = {Purpose.EXPRESSION: False}
    wait_for(free, lambda: consent._decide(participant=free, decisions=no))

    with pytest.raises(OperationalError):
        withdrawals.write_waiting()

    assert not written_choices(free)[Purpose.EXPRESSION]
    assert list(waiting) == [(stuck.pk, "no")]


def test_where_every_try_takes_long_the_next_look_begins_with_the_others(
    waiting, monkeypatch
):
    monkeypatch.setattr(withdrawals, "_TRIES_FOR_S", 0.0)
    first, second = ParticipantFactory.create_batch(2)
    for person in (first, second):
        wait_for(person, refused)

    with pytest.raises(OperationalError):
        withdrawals.write_waiting()

    assert list(waiting) == [(second.pk, "no"), (first.pk, "no")]


def test_a_yes_of_another_tab_lifts_no_no_that_is_on_its_way():
    """The yes has the lock first; the no waits for it, and holds all the while."""
    person = ParticipantFactory(agreed=[Purpose.PULSE])
    no = {Purpose.PULSE: False}

    def write_after_a_yes():
        consent.decide(participant=person, decisions={Purpose.EXPRESSION: True})
        consent._decide(participant=person, decisions={Purpose.PULSE: True})
        assert not choices_of(person)[Purpose.PULSE]
        assert choices_of(person)[Purpose.EXPRESSION]
        consent._decide(participant=person, decisions=no)

    withdrawals.stop_reading(person.session_id, person.pk, no)
    withdrawals.write(person, "no", no, write_after_a_yes)

    assert not choices_of(person)[Purpose.PULSE]
    consent.decide(participant=person, decisions={Purpose.PULSE: True})
    assert choices_of(person)[Purpose.PULSE]


def test_a_no_that_waits_holds_until_it_is_written_whatever_is_said_meanwhile(waiting):
    person = ParticipantFactory(agreed=[Purpose.PULSE])
    no, yes = {Purpose.PULSE: False}, {Purpose.PULSE: True}
    withdrawals.stop_reading(person.session_id, person.pk, no)
    with pytest.raises(withdrawals.NotWritten):
        withdrawals.write(person, "no", no, refused)

    consent._decide(participant=person, decisions=yes)

    assert not choices_of(person)[Purpose.PULSE]
    written = partial(consent._decide, participant=person, decisions=no)
    waiting[person.pk, "no"] = waiting[person.pk, "no"]._replace(writing=written)
    withdrawals.write_waiting()
    assert not written_choices(person)[Purpose.PULSE]
    consent.decide(participant=person, decisions=yes)
    assert choices_of(person)[Purpose.PULSE]


def test_a_no_on_its_way_is_told_again_where_a_yes_elsewhere_has_taken_its_place():
    person = ParticipantFactory(agreed=[Purpose.PULSE])
    yes = person.consents.get().pk
    withdrawals.stop_reading(person.session_id, person.pk, [Purpose.PULSE])

    withheld.merge_from_peers(person.pk, person.session_id, {Purpose.PULSE: yes - 1})

    assert not choices_of(person)[Purpose.PULSE]
    assert withheld.untold == {person.pk: person.session_id}
    withdrawals.write_waiting()
    assert not withheld.untold
    withheld.forget(person.pk)


@pytest.fixture
def live_redis():
    server = RedisServer().start()
    yield server
    server.stop()


@pytest.mark.real
@pytest.mark.usefixtures("no_one_waits")
@pytest.mark.parametrize("how", ["no", "leave"])
def test_a_no_is_written_in_time_for_the_other_processes_where_the_live_redis_hangs(
    live_redis, monkeypatch, how
):
    """They read the database once a second, and hear of a no in no other way then."""
    live_store(live_redis, monkeypatch)
    eve = ParticipantFactory(session__live=True, agreed=list(Purpose))
    no, written_at = dict.fromkeys(Purpose, False), []
    for name in ("_decide", "_leave"):
        writes = getattr(consent, name)

        def noted(writes=writes, **said):
            written_at.append(time.monotonic())
            writes(**said)

        monkeypatch.setattr(consent, name, noted)

    live_redis.freeze()
    began = time.monotonic()
    if how == "no":
        consent.decide(participant=eve, decisions=no)
    else:
        consent.leave(participant=eve)
    live_redis.thaw()

    assert written_at[0] - began < WRITTEN_WITHIN_S
    with suppress(ObjectDoesNotExist):
        eve.refresh_from_db()
        assert not any(written_choices(eve).values())
    withheld.forget(eve.pk)


def live_store(server, monkeypatch):
    """Open minutes are kept in this Redis from now on, as in a cluster."""
    store = redis_store.connect(server.url)
    monkeypatch.setattr(current_store, "_store", store)
    return store


def what_is_held(server):
    """All keys and values of a Redis."""
    with server.client() as client:
        read = {b"hash": client.hgetall, b"set": client.smembers, b"string": client.get}
        return repr([(key, read[client.type(key)](key)) for key in client.scan_iter()])


@pytest.mark.real
@pytest.mark.usefixtures("no_one_waits")
def test_who_leaves_while_the_live_redis_is_away_is_forgotten_once_it_is_back(
    live_redis, monkeypatch
):
    """The page may be closed: then no socket forgets again."""
    store = live_store(live_redis, monkeypatch)
    eve = ParticipantFactory(session__live=True, agreed=list(Purpose))
    session, pk, full = eve.session_id, eve.pk, {eve.pk: 7}
    for purpose in Purpose:
        store.admit(session, 0, purpose, full=full, able=full, its=Rule(5, 1))
    store.tap(session, eve.pk, "ok")
    assert repr(eve.pk.bytes)[2:-1] in what_is_held(live_redis)

    with live_redis.client() as admin:
        admin.replicaof("127.0.0.1", 1)  # it is there, holds all, and takes nothing
        consent.leave(participant=eve)
        admin.replicaof("NO", "ONE")
    while withdrawals.something_waits():
        withdrawals.write_waiting()

    held = what_is_held(live_redis)
    assert repr(pk.bytes)[2:-1] not in held
    assert pk.hex not in held


@pytest.mark.real
@pytest.mark.usefixtures("no_one_waits")
def test_a_no_that_cannot_be_written_is_told_again_where_redis_forgot_it(
    live_redis, monkeypatch
):
    """Another web process, where the student's socket is, knows it from there alone."""
    store = live_store(live_redis, monkeypatch)
    eve = ParticipantFactory(session__live=True, agreed=list(Purpose))

    def is_told_after_it_was_lost():
        """Before the other process has asked, which it does once a second."""
        with live_redis.client() as admin:
            admin.flushall()
        assert not store.withheld(eve.session_id)
        with suppress(OperationalError):
            withdrawals.write_waiting()
        told = store.withheld(eve.session_id).get(eve.pk)
        return told == {Purpose.EXPRESSION: withheld.NOT_WRITTEN}

    def wait_for_the_row():
        assert is_told_after_it_was_lost()
        refused()

    noes = [Purpose.EXPRESSION]
    withdrawals.stop_reading(eve.session_id, eve.pk, noes)
    with pytest.raises(withdrawals.NotWritten):
        withdrawals.write(eve, "no", noes, wait_for_the_row)
    wait_for(eve, refused)
    assert is_told_after_it_was_lost()


@pytest.mark.real
@pytest.mark.usefixtures("no_one_waits")
def test_a_no_after_the_end_of_a_lesson_leaves_nothing_in_the_live_redis(
    live_redis, monkeypatch
):
    """Nobody reads it there, and it would stay where the lesson is deleted."""
    store = live_store(live_redis, monkeypatch)
    eve = ParticipantFactory(session__ended=True, agreed=list(Purpose))
    store.drop_session(eve.session_id)
    consent.decide(participant=eve, decisions={Purpose.PULSE: False})

    assert eve.pk.hex not in what_is_held(live_redis)
    with live_redis.client() as client:
        client.flushall()  # as after an hour, when it is forgotten that the lesson is over
        consent.decide(participant=eve, decisions={Purpose.PULSE: False})

        [name] = client.keys()
        assert 0 < client.ttl(name) <= redis_scripts.UNREAD_KEPT_S
    assert not written_choices(eve)[Purpose.PULSE]
    withheld.forget(eve.pk)
