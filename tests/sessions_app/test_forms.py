import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from sessions_app.enums import Purpose
from sessions_app.forms.classes import CourseForm, SessionForm
from sessions_app.forms.history import HistoryForm
from sessions_app.forms.join import CodeForm, JoinForm
from sessions_app.forms.people import AcceptForm, InvitationForm
from sessions_app.models import ClassSession, Course
from sessions_app.models.course import plain_code
from sessions_app.models.policy import Promise
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CourseFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

PROMISE = Promise(min_group=10, sessions_kept_days=365)
RIGHT = {"title": "Rings", "frame_interval_s": "2", "pulse_on": "on"}
HOSTILE_TITLES = {
    "turned around": "exam\u202egnp.exe",
    "isolated": "a\u2066b",
    "arabic letter mark": "a\u061cb",
    "null": "a\x00b",
    "escape": "a\x1b[31mb",
    "line break": "a\nb",
    "paragraph separator": "a\u2029b",
    "only invisible": "\u200b\ufeff",
    "only spaces": "   ",
    "ten thousand": "x" * 10_000,
}
HONEST_TITLES = ["Größen & <Maße>", "می‌خواهم", "👩‍🏫 Physik", "数学", "x" * 200]


def session_form(user, **values):
    return SessionForm(RIGHT | values, instance=ClassSession(teacher=user))


@pytest.mark.parametrize("title", HOSTILE_TITLES.values(), ids=HOSTILE_TITLES)
def test_hostile_titles_are_refused_with_a_sentence(title, teacher):
    form = session_form(teacher, title=title)
    course = CourseForm({"title": title}, instance=Course(teacher=teacher))

    assert list(form.errors) == ["title"]
    assert list(course.errors) == ["title"]
    assert form.errors["title"][0].endswith((".", "them."))


@pytest.mark.parametrize("title", HONEST_TITLES)
def test_titles_of_every_script_are_kept_as_typed(title, teacher):
    form = session_form(teacher, title=title)

    assert form.is_valid(), form.errors
    assert form.values()["title"] == title


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("frame_interval_s", "0.5"),
        ("frame_interval_s", "11"),
        ("frame_interval_s", "nan"),
        ("frame_interval_s", "inf"),
        ("meeting_url", "javascript:alert(1)"),
        ("meeting_url", "ftp://meet.example/room"),
        ("meeting_url", "mailto:alice@meet.example"),
        ("meeting_url", f"https://meet.example/{'a' * 2000}"),
        ("meeting_url", "https://meet.example/a\u202eb"),
        ("course", "999999999999999999999999"),
        ("course", "x"),
    ],
)
def test_wrong_values_are_named_at_their_field(field, value, teacher):
    assert list(session_form(teacher, **{field: value}).errors) == [field]


def test_seconds_become_milliseconds_and_a_bare_host_becomes_https(teacher):
    form = session_form(teacher, frame_interval_s="2.5", meeting_url="meet.example/a")

    assert form.is_valid(), form.errors
    assert form.values() == {
        "title": "Rings",
        "course": None,
        "agenda": [],
        "planned_at": None,
        "planned_end_at": None,
        "meeting_url": "https://meet.example/a",
        "pulse_on": True,
        "expression_on": False,
        "students_see": False,
        "frame_interval_ms": 2500,
    }


TEAMS = (
    "https://teams.microsoft.com/l/meetup-join/19%3ameeting_" + "a1B2" * 12 + "%40"
    "thread.v2/0?context=%7b%22Tid%22%3a%22" + "c3d4-" * 60 + "%22%7d"
)


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        (TEAMS, TEAMS),
        (f" {TEAMS.removeprefix('https://')} ", TEAMS),
        ("meet.example:8443/room", "https://meet.example:8443/room"),
        ("//meet.example/room", "https://meet.example/room"),
        ("HTTP://meet.example/?to=https://x", "http://meet.example/?to=https://x"),
        ("", ""),
    ],
)
def test_a_meeting_link_is_taken_as_people_paste_it(teacher, typed, link):
    assert len(TEAMS) > 400
    form = session_form(teacher, meeting_url=typed)

    assert form.is_valid(), form.errors
    assert form.values()["meeting_url"].replace("HTTP:", "http:") == link
    form.instance.full_clean()


def test_a_session_needs_one_signal(teacher):
    assert list(session_form(teacher, pulse_on="").errors) == ["__all__"]


def test_when_a_lesson_begins_stands_in_a_fold_that_opens_where_it_says_something(
    teacher,
):
    planned = ClassSessionFactory(teacher=teacher, planned_at=timezone.now())
    begun = ClassSessionFactory(teacher=teacher, live=True)
    new = SessionForm(instance=ClassSession(teacher=teacher)).render()

    assert "<details" in new
    assert " open>" not in new
    assert new.index("<details") < new.index('name="planned_at"')
    assert " open>" in session_form(teacher, repeat_times="-1").render()
    assert " open>" in SessionForm(instance=planned).render()
    assert "<details" not in SessionForm(instance=begun).render()


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("fold", [0, 1], ids=["summer", "winter"])
def test_a_planned_time_that_is_not_changed_stays_to_the_second(fold, teacher):
    """Also in the hour that autumn repeats, which the field shows without its offset."""
    planned = dt.datetime(2026, 10, 25, 2, 30, 17, fold=fold, tzinfo=BERLIN)
    planned = planned.astimezone(dt.UTC)
    session = ClassSessionFactory(teacher=teacher, planned_at=planned)

    with timezone.override(BERLIN):
        shown = SessionForm(instance=session)["planned_at"].value()
        sent = RIGHT | {"planned_at": f"{shown:%Y-%m-%dT%H:%M}"}
        form = SessionForm(sent, instance=session)
        assert form.is_valid(), form.errors
    assert form.values()["planned_at"] == planned


def test_a_new_lesson_in_the_hour_that_autumn_repeats_begins_in_its_first(teacher):
    with timezone.override(BERLIN):
        form = session_form(teacher, planned_at="2026-10-25T02:30")
        assert form.is_valid(), form.errors

    assert form.values()["planned_at"] == dt.datetime(
        2026, 10, 25, 0, 30, tzinfo=dt.UTC
    )


def test_an_hour_that_spring_leaves_out_is_refused(teacher):
    with timezone.override(BERLIN):
        assert (
            "planned_at" in session_form(teacher, planned_at="2026-03-29T02:30").errors
        )


def test_another_teachers_course_is_no_choice(teacher, colleague):
    theirs = CourseFactory(teacher=colleague)

    assert list(session_form(teacher, course=theirs.pk).errors) == ["course"]


def test_without_emotion_inference_the_form_does_not_offer_it(teacher, settings):
    settings.FER_EMOTION_INFERENCE = False

    form = session_form(teacher, expression_on="on")

    assert form.is_valid()
    assert "expression_on" not in form.values()


def test_what_was_measured_does_not_change_after_the_end():
    session = ClassSessionFactory(ended=True)

    assert list(SessionForm(instance=session).fields) == [
        "title",
        "course",
        "meeting_url",
        "recording_url",
        "recording_starts",
        "students_see",
    ]


def test_a_title_and_term_are_used_once_by_a_teacher(teacher, colleague):
    course = CourseFactory(teacher=teacher)
    same = {"title": course.title, "term": course.term}

    assert not CourseForm(same, instance=Course(teacher=teacher)).is_valid()
    assert CourseForm(same, instance=Course(teacher=colleague)).is_valid()
    assert CourseForm(same, instance=course).is_valid()


@pytest.mark.parametrize("typed", ["abcd efgh", " ABCD-EFGH ", "abcd\u00a0ef.gh\x00"])
def test_a_code_is_understood_however_it_is_written(typed):
    assert plain_code(typed) == "ABCDEFGH"


@pytest.mark.parametrize("code", ["", "ABCDEFGH", "x" * 10_000, "'; --"])
def test_an_unknown_code_is_refused(code):
    assert list(CodeForm({"code": code}).errors) == ["code"]


def test_unanswered_questions_are_not_decisions():
    form = JoinForm({"read": "now", "pulse": "no"}, offered=set(Purpose), now="now")

    assert form.is_valid()
    assert form.decisions() == {Purpose.PULSE: False}


def test_questions_that_are_not_asked_cannot_be_answered():
    form = JoinForm(
        {"read": "now", "expression": "yes", "pulse": "yes"},
        offered={Purpose.PULSE},
        now="now",
    )

    assert form.is_valid()
    assert form.decisions() == {Purpose.PULSE: True}


@pytest.mark.parametrize(
    "data", [{"pulse": "maybe"}, {"display_name": "x" * 81}, {"display_name": "\u202e"}]
)
def test_bad_answers_are_refused(data):
    assert list(
        JoinForm({"read": "now"} | data, offered=set(Purpose), now="now").errors
    ) == list(data)


def test_wrong_filters_are_left_out(boss):
    query = {"q": "x" * 101, "course": "9" * 30, "state": "broken", "since": "0000-0-0"}

    form = HistoryForm(query | {"until": "2026-10-03"}, user=boss)

    assert list(form.values()) == ["until"]


def test_someone_with_an_account_is_not_invited_again():
    taken = UserFactory().email.upper()

    assert not InvitationForm({"email": taken, "role": "teacher"}).is_valid()


@pytest.mark.parametrize(
    ("password", "again", "field"),
    [
        ("dora.dolittle", "dora.dolittle", "password1"),  # like the address
        ("short", "short", "password1"),
        ("a fine long phrase", "another long phrase", "password2"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused(password, again, field):
    form = AcceptForm(
        {"name": "Dora", "password1": password, "password2": again},
        email="dora.dolittle@school.example",
    )

    assert list(form.errors) == [field]
