"""Views of the totals that a program keeps for its owner."""

import pytest
from django.urls import reverse

from sessions_app.models import AuditEntry, SavedView
from tests.sessions_app.factories import CourseFactory

pytestmark = pytest.mark.django_db

VIEWS = reverse("api-totals-view-list")


@pytest.fixture
def program(teacher, program_of):
    return program_of(teacher)


def save(program, name="Mondays", **filters):
    body = {"name": name, "filters": filters}
    return program.post(VIEWS, body, format="json")


def test_a_view_is_that_of_the_page_and_its_filters_are_those_of_the_totals(
    program, teacher, browser_of
):
    made = save(program, by="hour", weekday="1", since="2026-02-01").json()

    view = SavedView.objects.get()
    page = browser_of(teacher).get(reverse("totals")).content.decode()
    assert f"?{view.query.replace('&', '&amp;')}" in page
    assert made["filters"] == {"by": "hour", "weekday": "1", "since": "2026-02-01"}
    totals = program.get(reverse("api-totals"), made["filters"]).json()
    assert (totals["by"], totals["filters"]["weekday"]) == ("hour", "1")
    assert program.get(VIEWS).json()["results"] == [made]


def test_one_of_all_lessons_has_no_filters(program):
    assert save(program).json()["filters"] == {}


def test_a_call_without_an_answer_is_said_again_and_keeps_one(program):
    body = {"name": "Mondays", "filters": {"weekday": "1"}}

    answers = [
        program.post(VIEWS, body, format="json", HTTP_IDEMPOTENCY_KEY="once")
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert SavedView.objects.count() == 1


def test_a_name_is_taken_once(program):
    save(program)

    answer = save(program, weekday="2")

    assert answer.status_code == 409
    assert "You have a view with this name" in answer.json()["detail"]


def test_what_is_no_filter_or_a_wrong_one_is_refused(program):
    foreign = CourseFactory()

    for filters, says in (
        ({"page": "3"}, "page: This is no filter."),
        ({"teacher": "1"}, "teacher: This is no filter."),  # of a teacher's own lessons
        ({"by": "teacher"}, "by: Select a valid choice"),
        ({"course": str(foreign.pk)}, "course: Select a valid choice"),
        ({"since": "2026-02-02", "until": "2026-02-01"}, "until: This day is before"),
    ):
        answer = save(program, **filters)
        [error] = answer.json()["errors"]
        assert (answer.status_code, error["field"]) == (400, "filters")
        assert error["detail"].startswith(says)
    assert save(program, name="\u200d\u3164").status_code == 400
    assert not SavedView.objects.exists()


def test_a_view_is_deleted_by_its_owner_alone(program, boss, program_of):
    url = reverse("api-totals-view-detail", args=[save(program).json()["id"]])
    other = program_of(boss)
    AuditEntry.objects.all().delete()

    assert other.delete(url).status_code == 404
    assert other.get(VIEWS).json()["results"] == []
    assert program.delete(url).status_code == 204
    assert not SavedView.objects.exists()
    assert [str(entry.action) for entry in AuditEntry.objects.all()] == ["deleted"]
