import io
import uuid

import pytest
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from rest_framework.throttling import UserRateThrottle

from sessions_app.models import AuditEntry, ClassSession, Course
from sessions_app.selectors.spreadsheet import WORKBOOK
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
)

pytestmark = pytest.mark.django_db

COURSES, SESSIONS = reverse("api-course-list"), reverse("api-session-list")


@pytest.fixture
def program(teacher, program_of):
    return program_of(teacher)


def titles(answer):
    return [thing["title"] for thing in answer.json()["results"]]


def test_a_course_is_made_renamed_and_deleted(program, teacher):
    made = program.post(COURSES, {"title": "Algebra"}, format="json")
    url = reverse("api-course-detail", args=[made.json()["id"]])

    renamed = program.patch(url, {"term": "Spring"}, format="json")

    assert made.status_code == 201
    assert (renamed.json()["title"], renamed.json()["term"]) == ("Algebra", "Spring")
    assert Course.objects.get().teacher == teacher
    assert program.delete(url).status_code == 204
    assert not Course.objects.exists()


def test_a_body_that_is_nested_without_end_is_refused(program):
    answer = program.post(COURSES, "[" * 50_000, content_type="application/json")

    assert answer.status_code == 400
    assert "nested" in answer.json()["detail"]


def test_a_title_and_term_are_taken_once_per_teacher(program, teacher, colleague):
    CourseFactory(teacher=teacher, title="Algebra", term="")
    CourseFactory(teacher=colleague, title="Rings", term="")

    again = program.post(COURSES, {"title": "Algebra"}, format="json")
    bobs = program.post(COURSES, {"title": "Rings"}, format="json")

    assert (again.status_code, bobs.status_code) == (409, 201)


def test_a_course_with_classes_stays(program, teacher):
    course = CourseFactory(teacher=teacher)
    ClassSessionFactory(teacher=teacher, course=course)

    answer = program.delete(reverse("api-course-detail", args=[course.pk]))

    assert answer.status_code == 409
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json() == {
        "title": "Conflict",
        "status": 409,
        "detail": "This course still has lessons. Delete them or move them first.",
    }


def test_a_class_is_made_started_paused_resumed_and_ended(program, teacher, told):
    course = CourseFactory(teacher=teacher)
    body = {"title": "Rings", "course": course.pk, "frame_interval_ms": 3000}
    made = program.post(SESSIONS, body, format="json").json()

    def step(name):
        return program.post(reverse(f"api-session-{name}", args=[made["id"]]))

    states = [step(name).json()["state"] for name in ("start", "pause", "resume")]
    ending = step("end").json()

    session = ClassSession.objects.get()
    assert (session.teacher, session.course) == (teacher, course)
    assert states == ["live", "paused", "live"]
    assert (ending["state"], ending["frame_interval_ms"]) == ("ending", 3000)
    assert step("resume").status_code == 409


def test_a_class_goes_into_own_courses_only(program, colleague):
    foreign = CourseFactory(teacher=colleague)

    body = {"title": "Rings", "course": foreign.pk}
    answer = program.post(SESSIONS, body, format="json")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["course"]


def test_a_class_needs_a_signal(program, settings):
    settings.FER_EMOTION_INFERENCE = False
    body = {"title": "Rings", "pulse_on": False}

    answer = program.post(SESSIONS, body, format="json")

    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [""]


def test_text_is_what_it_looks_like(program):
    for title in ("\u202eevil", "two\nlines", "  ", 17, ""):
        answer = program.post(SESSIONS, {"title": title}, format="json")
        assert answer.status_code == 400, title


@pytest.mark.parametrize("url", ["javascript:alert(1)", "ftp://x.example", "x"])
def test_a_meeting_link_is_a_web_address(url, program):
    body = {"title": "Rings", "meeting_url": url}

    assert program.post(SESSIONS, body, format="json").status_code == 400


def test_a_link_to_teams_is_not_too_long(program):
    link = f"https://teams.example/l/meetup-join/{'a' * 450}"

    answer = program.post(SESSIONS, {"title": "R", "meeting_url": link}, format="json")

    assert answer.json()["meeting_url"] == link


@pytest.mark.usefixtures("stopped")  # or a class of minutes ago was yesterday's
def test_filters_narrow_the_list_and_wrong_ones_are_problems(program, teacher):
    algebra = CourseFactory(teacher=teacher, title="Algebra")
    ClassSessionFactory(teacher=teacher, title="Rings", course=algebra, live=True)
    ClassSessionFactory(teacher=teacher, title="Choir")
    ClassSessionFactory(title="Not Alice's")

    assert titles(program.get(SESSIONS)) == ["Choir", "Rings"]
    assert titles(program.get(SESSIONS, {"q": "alg"})) == ["Rings"]
    assert titles(program.get(SESSIONS, {"state": "draft"})) == ["Choir"]
    assert titles(program.get(SESSIONS, {"course": algebra.pk})) == ["Rings"]
    today = timezone.localdate().isoformat()
    assert titles(program.get(SESSIONS, {"since": today})) == ["Choir", "Rings"]
    assert titles(program.get(SESSIONS, {"until": "2020-01-01"})) == []
    assert program.get(SESSIONS, {"state": "asleep"}).status_code == 400
    assert program.get(SESSIONS, {"course": "x"}).status_code == 400


def test_courses_are_found_by_words_and_term(program, teacher):
    CourseFactory(teacher=teacher, title="Algebra", term="Spring")
    CourseFactory(teacher=teacher, title="Biology", term="Autumn")

    assert titles(program.get(COURSES, {"q": "LOG"})) == ["Biology"]
    assert titles(program.get(COURSES, {"term": "Spring"})) == ["Algebra"]


def test_lists_come_in_pages_of_a_bounded_size(program, teacher):
    for _ in range(3):
        ClassSessionFactory(teacher=teacher)

    page = program.get(SESSIONS, {"page_size": 2}).json()

    assert (page["count"], len(page["results"])) == (3, 2)
    assert "page=2" in page["next"]
    assert program.get(SESSIONS, {"page": 9}).status_code == 404
    assert program.get(SESSIONS, {"page_size": "many"}).status_code == 400


@pytest.mark.parametrize("n_sessions", [1, 9])
def test_a_list_needs_the_same_queries_at_any_length(
    n_sessions, program, teacher, django_assert_num_queries
):
    for _ in range(n_sessions):
        course = CourseFactory(teacher=teacher)
        ClassSessionFactory(teacher=teacher, course=course)

    # Token, other tokens, when it was used (once a minute), count, page.
    with django_assert_num_queries(5):
        program.get(SESSIONS)


def test_minutes_are_the_rows_as_they_were_released(program, teacher):
    session = ClassSessionFactory(teacher=teacher, ended=True)
    ClassMinuteFactory(session=session, index=0, released=True)
    ClassMinuteFactory(session=session, index=1)

    url = reverse("api-session-minutes", args=[session.pk])
    released, suppressed = program.get(url).json()["results"]

    assert (released["size"], released["shares"][3], released["valence"]) == (
        20,
        0.3,
        -0.25,
    )
    assert "sums" not in released
    assert {suppressed[name] for name in ("size", "shares", "band", "pulse")} == {None}


def test_a_snapshot_says_how_the_class_is_right_now(program, teacher):
    session = ClassSessionFactory(teacher=teacher, live=True)
    ClassMinuteFactory(session=session, index=0, released=True)

    answer = program.get(reverse("api-session-snapshot", args=[session.pk])).json()

    assert (answer["state"], answer["last_minute"]["size"]) == ("live", 20)


def test_an_export_comes_as_json_csv_or_workbook_and_is_written_down(program, teacher):
    session = ClassSessionFactory(teacher=teacher, title="=1+1", ended=True)
    ClassMinuteFactory(session=session, index=0, released=True)
    url = reverse("api-session-export", args=[session.pk])

    as_json = program.get(url)
    as_csv = program.get(url, {"format": "csv"})
    workbook = program.get(url, {"format": "xlsx"})

    assert as_json.json()["session"]["title"] == "=1+1"
    assert as_csv["Content-Type"] == "text/csv; charset=utf-8"
    assert as_csv.content.startswith(b"session,")
    assert b",'=1+1," in as_csv.content
    assert workbook["Content-Type"] == WORKBOOK
    assert workbook["Content-Disposition"].endswith('.xlsx"')
    assert load_workbook(io.BytesIO(workbook.content)).active["B2"].value == "=1+1"
    assert AuditEntry.objects.filter(action="exported").count() == 3


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_an_export_of_a_class_that_is_not_there_says_so_in_json(program, form):
    url = reverse("api-session-export", args=[uuid.uuid4()])

    answer = program.get(url, {"format": form})

    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"]


def test_looking_at_numbers_is_written_down_once_in_a_while(program, teacher):
    session = ClassSessionFactory(teacher=teacher, ended=True)

    for name in ("api-session-minutes", "api-session-snapshot", "session-timeline"):
        program.get(reverse(name, args=[session.pk]))

    assert AuditEntry.objects.filter(action="viewed").count() == 1


def test_too_many_requests_are_told_when_to_come_back(program, monkeypatch):
    monkeypatch.setattr(UserRateThrottle, "get_rate", lambda self: "2/min")

    statuses = [program.get(COURSES).status_code for _ in range(2)]
    answer = program.get(COURSES)

    assert statuses == [200, 200]
    assert (answer.status_code, answer.json()["title"]) == (429, "Too Many Requests")
    assert int(answer["Retry-After"]) > 0


def test_an_address_without_its_slash_is_sent_on(program):
    assert program.get(COURSES.rstrip("/")).url == COURSES
