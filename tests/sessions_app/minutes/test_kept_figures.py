"""The sums of a lesson are kept when it is over, and can be made again."""

import datetime as dt
from dataclasses import asdict, fields
from io import StringIO

import pytest
from django.core.management import call_command

from sessions_app.enums import SessionState
from sessions_app.minutes.closing import close_due_minutes, finish
from sessions_app.minutes.figures import NAMES, Figures, figures_of
from sessions_app.minutes.kept_figures import keep, rebuild
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.models import ClassSession, LessonFigures
from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = pytest.mark.django_db


def held(*released, **values):
    """A lesson that is over, with a minute for each word."""
    session = ClassSessionFactory(ended=True, **values)
    for index, numbers in enumerate(released):
        ClassMinuteFactory(session=session, index=index, released=numbers)
    return session


def kept(session):
    row = LessonFigures.objects.get(session=session)
    return Figures(**{name: getattr(row, name) for name in NAMES})


def test_a_row_keeps_what_figures_are_and_nothing_else():
    columns = {field.name for field in LessonFigures._meta.fields}

    assert columns == {field.name for field in fields(Figures)} | {"session"}


def test_the_end_of_a_lesson_keeps_its_figures():
    session, store = ClassSessionFactory(ending=True), MemoryStore()
    ClassMinuteFactory(session=session, index=0, released=True)
    session.closed_through = 0
    session.save()
    after = session.ended_at + dt.timedelta(seconds=10)

    close_due_minutes(store=store, now=after.timestamp())

    session.refresh_from_db()
    assert session.state == SessionState.ENDED
    assert kept(session) == figures_of(session.minutes.all())
    assert kept(session).expression_released == 1
    assert kept(session).minutes == session.minutes.count() > 1


def test_a_lesson_that_ends_twice_keeps_them_once():
    session, store = held(True, False), MemoryStore()
    for _ in range(2):
        finish(session=session, store=store, now=session.ended_at.timestamp() + 10)

    assert kept(session) == figures_of(session.minutes.all())


def test_a_lesson_that_was_deleted_meanwhile_keeps_none():
    session = held(True)
    ClassSession.objects.filter(pk=session.pk).delete()

    keep(ClassSession.objects.filter(pk=session.pk))

    assert not LessonFigures.objects.exists()


def test_figures_go_with_their_lesson():
    session = held(True)
    keep(ClassSession.objects.all())

    session.delete()

    assert not LessonFigures.objects.exists()


def test_a_lesson_that_was_never_shown_has_figures_of_nothing():
    session = held()

    keep(ClassSession.objects.all())

    assert kept(session) == Figures()


def test_the_command_makes_all_of_them_again():
    sessions = [held(True, False, True), held(False), held()]
    running = ClassSessionFactory(live=True)
    keep(ClassSession.objects.filter(pk=sessions[0].pk))
    LessonFigures.objects.update(groups_calm=99, minutes=99)
    out = StringIO()

    call_command("rebuild_figures", stdout=out)

    assert out.getvalue() == "Figures of 3 lessons are made.\n"
    for session in sessions:
        assert kept(session) == figures_of(session.minutes.all())
    assert not LessonFigures.objects.filter(session=running).exists()


def test_a_rebuild_says_how_far_it_is(monkeypatch):
    monkeypatch.setattr("sessions_app.minutes.kept_figures._AT_ONCE", 2)
    for _ in range(5):
        held(True)

    assert [*rebuild()] == [2, 4, 5]


def test_nothing_over_is_nothing_to_make():
    out = StringIO()

    call_command("rebuild_figures", verbosity=2, stdout=out)

    assert "Figures of 0 lessons" in out.getvalue()


def test_figures_by_name_are_what_the_database_keeps():
    session = held(True, True)
    keep(ClassSession.objects.all())

    values = LessonFigures.objects.filter(session=session).values(*NAMES).get()

    assert Figures(**values) == kept(session)
    assert asdict(kept(session)) == values
