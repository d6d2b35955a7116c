"""The clock of a cluster: what beat asks for, twice at once, late, and in bad times."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from inference.contracts import FrameState, Reading
from sessions_app import clock, tasks
from sessions_app.enums import MinuteStatus, Purpose, SessionState
from sessions_app.minutes.current_store import get_store
from sessions_app.models import AuditEntry, ClassMinute, ClassSession
from sessions_app.services import retention
from tests.redis_server import redis_server  # noqa: F401
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]

SEEN = Reading(FrameState.OK, scores=(0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0), faces=1)


@pytest.fixture
def live_redis(request, settings):
    server = request.getfixturevalue("redis_server")
    settings.FER_CLUSTER, settings.FER_LIVE_REDIS_URL = True, server.url
    return server


@pytest.fixture
def a_class(live_redis):
    """One that began five minutes ago; twelve students were read in its first."""
    session = ClassSessionFactory(live=True)
    people = ParticipantFactory.create_batch(
        12, session=session, agreed=[Purpose.EXPRESSION]
    )
    for person in people:
        for _ in range(3):
            get_store().add(session.pk, 0, person.pk, SEEN)
    return session


def at_once(*work):
    """Run each in a thread and a database connection of its own."""

    def alone(one):
        try:
            one()
        finally:
            connection.close()

    threads = [threading.Thread(target=alone, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_two_workers_at_once_close_a_minute_once(a_class):
    at_once(*[tasks.close_minutes] * 3)

    minute = ClassMinute.objects.get(index=0)
    assert minute.status == MinuteStatus.RELEASED
    assert minute.size >= 10
    assert get_store().open_minutes(a_class.pk) == []


def test_two_workers_at_once_end_a_class_once(a_class):
    ended_at = timezone.now() - dt.timedelta(seconds=10)
    ClassSession.objects.update(state=SessionState.ENDING, ended_at=ended_at)

    at_once(*[tasks.close_minutes] * 3)

    assert ClassSession.objects.get().state == SessionState.ENDED
    assert ClassMinute.objects.get(index=0).size >= 10
    assert get_store().open_minutes(a_class.pk) == []


def test_after_a_days_pause_what_was_left_is_closed(a_class, monkeypatch):
    monkeypatch.setattr(clock, "now_s", lambda: timezone.now().timestamp() + 86_400)

    tasks.close_minutes()
    tasks.close_minutes()

    assert ClassMinute.objects.get(index=0).size >= 10
    assert ClassSession.objects.get().closed_through >= 1440


def test_without_the_redis_nothing_is_closed_and_nothing_lost(a_class, live_redis):
    get_store()
    live_redis.stop()
    tasks.close_minutes()
    assert not ClassMinute.objects.exists()

    live_redis.start()  # empty, so the minute holds nothing any more
    tasks.close_minutes()

    assert not ClassMinute.objects.exclude(status=MinuteStatus.TOO_FEW).exists()
    assert ClassSession.objects.get().closed_through >= 0


def test_two_workers_at_once_end_a_forgotten_class_once(live_redis):
    ClassSessionFactory(live=True, started_at=timezone.now() - dt.timedelta(hours=13))

    at_once(*[tasks.end_forgotten] * 3)

    assert ClassSession.objects.get().state == SessionState.ENDING
    assert AuditEntry.objects.count() == 1


def test_two_workers_at_once_delete_what_is_too_old_and_count_it_once(
    live_redis, monkeypatch
):
    monkeypatch.setattr(tasks.apply_retention, "delay", lambda: None)
    old = timezone.now() - dt.timedelta(days=400)
    ClassSessionFactory.create_batch(5, created_at=old)

    at_once(*[tasks.apply_retention] * 3)

    assert not ClassSession.objects.exists()
    told = AuditEntry.objects.values_list("detail", flat=True)
    counts = [int(detail.split(": ")[1].split()[0]) for detail in told]
    assert sum(counts) == 5


def test_retention_comes_back_for_what_is_left(live_redis, monkeypatch):
    again = []
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    monkeypatch.setattr(tasks.apply_retention, "delay", lambda: again.append(1))
    old = timezone.now() - dt.timedelta(days=400)
    ClassSessionFactory.create_batch(3, created_at=old)

    tasks.apply_retention()
    assert (ClassSession.objects.count(), again) == (1, [1])
    tasks.apply_retention()
    assert (ClassSession.objects.count(), again) == (0, [1])
