"""The weekly digest: when, to whom, and what it says."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import AuditEntry, OutgoingMail, User
from sessions_app.services import outbox, people
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
)

pytestmark = pytest.mark.django_db

TUESDAY = dt.datetime(2026, 10, 20, 8, 30, tzinfo=dt.UTC)


def wants(user, zone="Europe/Berlin", *, on=True):
    people.change(user=user, by=user, mails_digest=on, time_zone=zone)


def look(moment):
    with time_machine.travel(moment, tick=False):
        outbox.put_digests(now=timezone.now())


def lesson(teacher, began=TUESDAY, **more):
    ended = began + dt.timedelta(minutes=3)
    session = ClassSessionFactory(
        teacher=teacher, ended=True, started_at=began, ended_at=ended, **more
    )
    for index in range(3):
        ClassMinuteFactory(
            session=session,
            index=index,
            starts_at=session.minute_starts_at(index),
            released=index < 2,
        )
    return session


def test_nobody_gets_one_unasked(teacher, mailoutbox):
    lesson(teacher)

    look("2026-10-19 12:00:00Z")
    look("2026-10-26 12:00:00Z")

    assert mailoutbox == []


def test_a_teacher_reads_on_monday_what_lessons_there_were(teacher, mailoutbox):
    wants(teacher)
    look("2026-10-21 10:00:00Z")  # the switch is seen
    session = lesson(teacher, title="Rings")
    lesson(teacher, TUESDAY - dt.timedelta(days=2), title="Of the week before")
    lesson(teacher, TUESDAY + dt.timedelta(days=7), title="Of the next week")

    for moment in ("05:59:59", "06:00:00", "06:00:02", "23:00:00"):
        look(f"2026-10-26 {moment}Z")

    [mail] = mailoutbox  # at 7 o'clock there, in winter time since the day before
    assert (mail.to, mail.subject) == (
        [teacher.email],
        "Lessons from 19 October to 25 October 2026",
    )
    assert "Tuesday 20 October, 10:30: Rings\n2 of 3 minutes have numbers." in mail.body
    assert f"http://testserver/sessions/{session.pk}/" in mail.body
    assert "Of the" not in mail.body
    assert "Times are those of Europe/Berlin." in mail.body
    assert (
        AuditEntry.objects.filter(action="exported", actor=teacher.email).count() == 1
    )


def test_a_week_without_a_lesson_brings_none(teacher, boss, mailoutbox):
    wants(teacher)
    wants(boss)
    for day in ("2026-10-21", "2026-10-26"):
        look(f"{day} 12:00:00Z")

    assert mailoutbox == []
    assert not OutgoingMail.objects.exists()


def test_an_admin_reads_how_much_there_was_and_of_no_teacher(
    boss, teacher, colleague, mailoutbox
):
    wants(boss, "America/New_York")
    look("2026-10-21 12:00:00Z")
    lesson(teacher, title="Rings")
    lesson(colleague, title="Fields")

    look("2026-10-26 12:00:00Z")

    [mail] = mailoutbox
    assert (
        "In the whole school: 2 lessons; 4 of 6 minutes have numbers.\n"
        "http://testserver/sessions/?since=2026-10-19&until=2026-10-25" in mail.body
    )
    assert not {"Rings", "Fields", "Alice", "Bob"} & {*mail.body.split()}


def test_asked_for_again_it_begins_with_the_next_monday(teacher, mailoutbox):
    wants(teacher)
    look("2026-10-12 12:00:00Z")
    wants(teacher, on=False)
    lesson(teacher)
    wants(teacher)

    look("2026-10-28 12:00:00Z")

    assert mailoutbox == []


def test_a_look_that_finds_nobody_due_writes_nothing(teacher):
    wants(teacher)
    look("2026-10-21 10:00:00Z")

    with CaptureQueriesContext(connection) as asked:
        look("2026-10-21 10:00:02Z")

    assert [query["sql"].split()[0] for query in asked] == ["SELECT"]


def test_a_zone_that_is_no_more_holds_nobody_up(teacher, colleague, mailoutbox):
    wants(teacher)
    wants(colleague)
    User.objects.filter(pk=teacher.pk).update(time_zone="Atlantis/Capital")
    look("2026-10-19 12:00:00Z")
    for user in (teacher, colleague):
        lesson(user)

    look("2026-10-26 12:00:00Z")

    assert {mail.to[0] for mail in mailoutbox} == {teacher.email, colleague.email}


def test_people_switch_it_on_on_their_accounts_page(teacher, browser_of):
    form = {"name": "Alice", "mails_digest": "on"}

    browser_of(teacher).post(reverse("security"), form)

    teacher.refresh_from_db()
    assert teacher.mails_digest
