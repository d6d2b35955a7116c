"""Totals by program: the same as on the page; a wrong filter is a problem."""

import datetime as dt

import pytest

from sessions_app.minutes.kept_figures import keep
from sessions_app.models import AuditEntry, ClassSession
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
)

pytestmark = pytest.mark.django_db
URL, DIFFERENCE = "/api/v1/totals/", "/api/v1/totals/difference/"


@pytest.fixture
def courses(teacher):
    """Two courses of a teacher, three minutes in each, and a lesson of somebody else."""
    begins = dt.datetime(2026, 11, 2, 9, tzinfo=dt.UTC)
    made = [CourseFactory(teacher=teacher, title=t) for t in ("Rings", "Choir")]
    for course in (*made, CourseFactory(title="Foreign")):
        lesson = ClassSessionFactory(
            teacher=course.teacher,
            course=course,
            state="ended",
            started_at=begins,
            ended_at=begins + dt.timedelta(hours=1),
        )
        for index in range(3):
            ClassMinuteFactory(session=lesson, index=index, released=True)
    keep(ClassSession.objects.all())
    return made


def test_a_program_reads_what_its_owner_may_see(courses, teacher, browser_of):
    answer = browser_of(teacher).get(URL, {"by": "course"}).json()

    names = [group["name"].split(",")[0] for group in answer["groups"]]
    assert names == ["Choir", "Rings"]
    assert answer["all"]["lessons"] == 2
    assert answer["all"]["groups"].keys() == {"pleased", "calm", "strained"}


def test_filters_are_those_of_the_page(courses, teacher, browser_of):
    rings, _ = courses
    browser = browser_of(teacher)

    for query, lessons in (
        ({"course": rings.pk}, 1),
        ({"course": "-"}, 0),
        ({"term": "Autumn"}, 2),
        ({"term": "-"}, 0),
        ({"weekday": 1, "hour": 9}, 2),
        ({"hour": 0}, 0),
        ({"since": "2026-11-02", "until": "2026-11-02"}, 2),
        ({"since": "2026-11-03"}, 0),
        ({"q": "ring"}, 1),
        ({"course": 999999}, 0),
    ):
        assert browser.get(URL, query).json()["all"]["lessons"] == lessons, query


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"since": "2026-11-03", "until": "2026-11-02"}, "until"),
        ({"by": "mood"}, "by"),
        ({"course": "x"}, "course"),
        ({"weekday": "0"}, "weekday"),
        ({"hour": "24"}, "hour"),
    ],
)
def test_a_wrong_filter_is_a_problem(query, field, teacher, browser_of):
    browser = browser_of(teacher)
    of_two = {f"second_{name}": value for name, value in query.items()}

    answer = browser.get(URL, query)

    assert answer.status_code == 400
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    if field != "by":
        refused = browser.get(DIFFERENCE, of_two).json()
        assert [each["field"] for each in refused["errors"]] == [f"second_{field}"]


def test_two_sets_are_compared(courses, teacher, browser_of):
    rings, choir = courses
    query = {"first_course": rings.pk, "second_course": choir.pk}

    answer = browser_of(teacher).get(DIFFERENCE, query).json()

    assert (answer["first"]["lessons"], answer["second"]["lessons"]) == (1, 1)
    assert answer["told"] is False
    assert answer["groups"]["calm"].keys() == {"by", "band", "told"}
    none = browser_of(teacher).get(DIFFERENCE, query | {"first_hour": 3}).json()
    assert (none["groups"], none["pulse"], none["told"]) == (None, None, False)


def test_files_are_written_down_one_by_one_and_looks_once_in_a_while(
    courses, teacher, browser_of
):
    browser = browser_of(teacher)

    for form in ("json", "json", "csv", "csv", "xlsx"):
        answer = browser.get(URL, {"format": form})
        assert answer.status_code == 200

    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["viewed", "exported", "exported", "exported"]
