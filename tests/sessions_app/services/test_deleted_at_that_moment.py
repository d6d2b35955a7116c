"""A student decides at the very moment in which rows of theirs are deleted.

SQLite lets one wait for the other; on PostgreSQL both are under way at once.
"""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection, transaction
from django.utils import timezone

from sessions_app.enums import Purpose
from sessions_app.models import ClassSession, Participant
from sessions_app.services import consent, retention, sessions, withdrawals
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory

pytestmark = pytest.mark.django_db(transaction=True)

NOES = dict.fromkeys(Purpose, False)


def leaves(student):
    consent.leave(participant=student)


def is_taken_out(student):
    with transaction.atomic():
        session = ClassSession.objects.select_for_update().get(pk=student.session_id)
        sessions._take_out_unsigned(session)


def lesson_is_deleted(student):
    sessions.delete(session=student.session, by=student.session.teacher)


def time_is_over(student):
    long_ago = timezone.now() - dt.timedelta(days=5000)
    ClassSession.objects.update(state="ended", started_at=long_ago, ended_at=long_ago)
    while (
        ClassSession.objects.exists()
    ):  # one that somebody holds waits for the next time
        retention.purge(now=timezone.now())


@pytest.mark.parametrize(
    "delete", [leaves, is_taken_out, lesson_is_deleted, time_is_over]
)
def test_who_says_no_at_the_moment_of_a_deletion_is_deleted(delete, monkeypatch):
    monkeypatch.setattr(withdrawals, "_waiting", {})
    student = ParticipantFactory(
        session=ClassSessionFactory(ended=delete is lesson_is_deleted),
        agreed=list(Purpose),
    )

    def decide():
        with suppress(Participant.DoesNotExist):
            for number in range(20):
                yes = {Purpose.PULSE: not number % 2} if number % 2 else NOES
                with suppress(sessions.WrongState):
                    consent.decide(participant=student, decisions=yes)
        connection.close()

    def go():
        delete(student)
        connection.close()

    with ThreadPoolExecutor() as pool:
        deciding = [pool.submit(decide) for _ in range(3)]
        pool.submit(go).result()
        for each in deciding:
            each.result()

    assert not Participant.objects.exists()
