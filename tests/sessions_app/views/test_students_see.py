"""The option that students see the released result: who may, from when on, and what exactly."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from sessions_app.enums import MinuteStatus, Purpose
from sessions_app.minutes.timeline import students_view
from sessions_app.models import ClassSession, Consent, Participant
from sessions_app.selectors.consent import asked_again, choices_of
from sessions_app.services import consent, sessions
from sessions_app.services.sessions import WrongState
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    MarkFactory,
    ParticipantFactory,
    as_read,
)

pytestmark = pytest.mark.django_db

BOTH = [Purpose.EXPRESSION, Purpose.PULSE]
THE_CLASS_SEES = "All students of this lesson see the same numbers"
FIELDS = {"title": "Rings", "frame_interval_s": "2", "pulse_on": "on"}


def url(name, session):
    return reverse(name, args=[session.join_code])


def text_of(answer):
    return " ".join(answer.content.decode().split())


@pytest.fixture
def over(teacher):
    """A lesson of four minutes that is over: shown, two too small, shown."""
    session = ClassSessionFactory(teacher=teacher, ended=True, students_see=True)
    for index in (0, 3):
        ClassMinuteFactory(
            session=session,
            index=index,
            starts_at=session.minute_starts_at(index),
            released=True,
            pulse_statement="most:ok",
        )
    for index in (1, 2):
        ClassMinuteFactory(
            session=session, index=index, starts_at=session.minute_starts_at(index)
        )
    return session


def test_it_is_off_until_a_teacher_turns_it_on_and_the_next_lesson_keeps_it(
    teacher, browser_of
):
    browser = browser_of(teacher)
    browser.post(reverse("session-new"), FIELDS)
    browser.post(reverse("session-new"), FIELDS | {"students_see": "on"})

    first, second = ClassSession.objects.order_by("created_at")
    assert (first.students_see, second.students_see) == (False, True)
    again = browser.get(reverse("session-new"), {"like": second.pk})
    assert again.context["form"]["students_see"].value() is True


def test_what_is_read_before_a_decision_says_so_and_is_kept_with_it():
    quiet = ClassSessionFactory(live=True)
    open_ = ClassSessionFactory(live=True, students_see=True)
    assert THE_CLASS_SEES not in text_of(Client().get(url("join", quiet)))

    student = Client()
    page = student.get(url("join", open_))
    assert text_of(page).count(THE_CLASS_SEES) == len(BOTH)
    assert "Your teacher and the students of this lesson see" in text_of(page)
    read = page.context["form"].now
    student.post(url("join", open_), {"pulse": "yes", "read": read})

    assert Consent.objects.get().students_see
    receipt = student.get(url("join-my-data-receipt", open_)).json()
    assert receipt["decisions"][0]["students_see_the_result"] is True
    mine = text_of(student.get(url("join-my-data", open_)))
    assert "students of the lesson see the class's numbers" in mine


def test_turned_on_before_the_start_it_asks_those_again_who_read_otherwise(
    teacher, browser_with
):
    session = ClassSessionFactory(teacher=teacher)
    early = ParticipantFactory(session=session, agreed=BOTH)
    page = Client().get(url("join", session)).context["form"].now

    sessions.update(session=session, by=teacher, students_see=True)

    early = Participant.objects.get(pk=early.pk)
    assert choices_of(early) == dict.fromkeys(Purpose, False)
    assert asked_again(early) == set(Purpose)
    browser = browser_with(early)
    assert browser.get(url("join-class", session)).url == url("join", session)
    old = browser.post(url("join", session), {"pulse": "yes", "read": page})
    assert "The rules have changed" in text_of(old)
    browser.post(url("join", session), as_read(session) | {"pulse": "yes"})
    assert choices_of(early)[Purpose.PULSE]

    sessions.update(session=session, by=teacher, students_see=False)
    assert choices_of(Participant.objects.get(pk=early.pk))[Purpose.PULSE]


def test_a_yes_from_a_page_that_read_otherwise_is_not_taken(teacher, browser_with):
    session = ClassSessionFactory(teacher=teacher)
    browser = browser_with(ParticipantFactory(session=session))
    read = browser.get(url("join-class", session)).context["read"]
    sessions.update(session=session, by=teacher, students_see=True)

    def switched(**fields):
        return browser.post(
            url("join-choices", session), fields, headers={"accept": "application/json"}
        )

    assert switched(pulse="on", read=read).status_code == 409
    assert switched(pulse="off", read=read).status_code == 200  # a no needs no page
    assert not Consent.objects.filter(given=True).exists()


def test_a_yes_keeps_what_was_read_also_where_it_is_turned_on_while_it_is_sent(teacher):
    checked = ClassSessionFactory(teacher=teacher)  # as the form's page was checked
    sessions.update(session=checked, by=teacher, students_see=True)
    checked.students_see = False

    person = consent.join(session=checked, decisions={Purpose.PULSE: True})

    assert not Consent.objects.get().students_see
    person = Participant.objects.get(pk=person.pk)
    assert asked_again(person) == {Purpose.PULSE}
    assert not choices_of(person)[Purpose.PULSE]


@pytest.mark.parametrize("state", ["live", "paused", "ended"])
def test_a_lesson_that_has_begun_can_only_turn_it_off(state, teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher, **{state: True})
    browser, edit = browser_of(teacher), reverse("session-edit", args=[session.pk])
    detail, title = reverse("api-session-detail", args=[session.pk]), session.title

    with pytest.raises(WrongState, match="has started"):
        sessions.update(session=session, by=teacher, students_see=True)
    assert "not started" in text_of(browser.get(edit))
    late = browser.post(edit, FIELDS | {"students_see": "on", "title": "Fields"})
    assert "students read that only staff see the numbers. Turn this on" in text_of(
        late
    )
    assert 'value="Fields"' in late.content.decode()  # and nothing typed is lost
    body = {"content_type": "application/json"}
    refused = browser.patch(detail, {"students_see": True}, **body)

    assert refused.status_code == 409
    assert "has started" in refused.json()["detail"]
    session.refresh_from_db()
    assert (session.students_see, session.title) == (False, title)
    ClassSession.objects.update(students_see=True)
    browser.post(edit, FIELDS)
    session.refresh_from_db()
    assert not session.students_see


def test_live_a_student_sees_the_row_that_the_dashboard_reads_and_no_other_field(
    teacher,
):
    quiet = ClassSessionFactory(teacher=teacher, live=True)
    assert students_view(quiet) is None
    session = ClassSessionFactory(teacher=teacher, live=True, students_see=True)
    assert students_view(session)["last_minute"] is None

    shown = ClassMinuteFactory(session=session, index=0, released=True)
    ClassSession.objects.filter(pk=session.pk).update(closed_through=0)
    session.refresh_from_db()
    seen = students_view(session)["last_minute"]

    assert seen["groups"] == shown.groups
    assert seen["answers"] == shown.answers
    assert seen.keys().isdisjoint({"size", "pulse_size", "coverage", "valence"})


def test_live_a_minute_that_is_not_released_says_why_and_shows_nothing(teacher):
    session = ClassSessionFactory(
        teacher=teacher, live=True, students_see=True, closed_through=0
    )
    ClassMinuteFactory(session=session, index=0)

    seen = students_view(session)["last_minute"]

    assert seen.pop("status") == seen.pop("pulse_status") == MinuteStatus.TOO_FEW
    numbers = {k: v for k, v in seen.items() if k not in {"index", "starts_at"}}
    assert set(numbers.values()) == {None, False}


def test_afterwards_a_student_reads_what_the_teachers_page_says(
    over, teacher, browser_of, browser_with
):
    MarkFactory(session=over, word="Ask Mia", at=over.started_at)
    browser = browser_with(ParticipantFactory(session=over))
    assert browser.get(url("join", over)).url == url("join-class", over)

    page = browser.get(url("join-class", over))

    summary = browser_of(teacher).get(reverse("session-detail", args=[over.pk]))
    result, back = page.context["result"], summary.context["looking_back"]
    assert page.status_code == 200
    assert result.words["headline"] == summary.context["headline"]
    assert str(back.mostly) in result.words["sentences"]
    assert text_of(page).count("Too few students") == 1
    assert [bool(each.bars) for each in result.stretches] == [True, False, True]
    assert result.stretches[1].ends == over.minute_starts_at(3)
    shown = over.minutes.get(index=0)
    parts = [part for bar in result.stretches[0].bars for part in bar.parts]
    assert {p.label: p.percent for p in parts} == {
        name: round(100 * share)
        for name, share in (shown.answers | shown.groups).items()
    }
    assert "Ask Mia" not in text_of(page)  # a mark is the teacher's
    mine = text_of(browser.get(url("join-my-data", over)))
    assert f'href="{url("join-class", over)}">Back to the lesson' in mine


def test_minutes_that_are_shorter_than_one_are_told_with_seconds(over, browser_with):
    ClassSession.objects.update(window_s=10)

    page = browser_with(ParticipantFactory(session=over)).get(url("join-class", over))

    began = over.started_at
    seconds = (
        began,
        began + dt.timedelta(seconds=10),
        began + dt.timedelta(seconds=30),
    )
    text = page.content.decode()
    assert [f">{at:%H:%M:%S}</time>" in text for at in seconds] == [True] * 3
    assert 'data-window-s="10"' in text


def test_afterwards_nobody_else_reads_it(over, browser_with):
    person = ParticipantFactory(session=over)
    browser = browser_with(person)
    page = Client().get(url("join", over))
    assert (page.status_code, page.context["result"]) == (410, None)

    ClassSession.objects.update(students_see=False)
    assert browser.get(url("join-class", over)).context["result"] is None
    ClassSession.objects.update(students_see=True, state="ending")
    ending = browser.get(url("join-class", over))
    assert ending.context["result"] is None
    assert "The last minute is being closed" in text_of(ending)
    ClassSession.objects.update(state="ended")
    browser.post(url("join-leave", over))
    assert browser.get(url("join-class", over)).url == url("join", over)


def test_a_lesson_without_a_shown_minute_says_so(over, browser_with):
    over.minutes.filter(status=MinuteStatus.RELEASED).delete()

    page = browser_with(ParticipantFactory(session=over)).get(url("join-class", over))

    assert "No numbers from this lesson" in text_of(page)
