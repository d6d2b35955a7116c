"""Two lessons of a course as a file: the numbers of the page, number by number."""

import json

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from sessions_app.minutes.kept_figures import keep
from sessions_app.models import AuditEntry
from sessions_app.web.links import FILE_FORMS
from tests.sessions_app.factories import CourseFactory
from tests.sessions_app.views.test_compared_files import (
    FORMULA,
    by_name,
    in_csv,
    in_workbook,
    percent,
)
from tests.sessions_app.views.test_course_trend import CALM, MERRY, held

pytestmark = pytest.mark.django_db


@pytest.fixture
def course(teacher):
    """A calm lesson, a merry one that is named to harm, and one without numbers."""
    course = CourseFactory(teacher=teacher)
    held(course, CALM, weeks_ago=2, title="Ideals")
    held(course, MERRY, weeks_ago=1, title=FORMULA)
    held(course, None, title="Nobody there")
    keep(course.class_sessions.all())
    return course


@pytest.fixture
def two(course):
    first, second, _ = course.class_sessions.order_by("held_at")
    return {"first": str(first.pk), "second": str(second.pk)}


@pytest.mark.parametrize(
    ("form", "read"), [("csv", in_csv), ("xlsx", in_workbook)], ids=["csv", "xlsx"]
)
def test_a_file_has_the_numbers_of_the_page(
    form, read, course, two, teacher, browser_of
):
    browser = browser_of(teacher)
    page = browser.get(reverse("course-trend", args=[course.pk]), two)
    link = page.context["files"][form]
    assert link.replace("&", "&amp;") in page.content.decode()

    answer = browser.get(link)

    name = f'attachment; filename="lessons-compared.{form}"'
    assert answer["Content-Disposition"] == name
    rows, shown = by_name(read(answer.content)), page.context["comparison"]
    compared = [("groups", each) for each in shown.looks]
    compared += [("answers", each) for each in shown.said[:-1]]
    assert len(compared) == 7
    for kind, each in compared:
        row = rows[kind, each.before.label]
        assert [percent(row[cell]) for cell in list(row)[:-1]] == [
            *(each.before.percent, each.before.band),
            *(each.after.percent, each.after.band),
            *(each.by, each.band),
        ]
        assert str(row["told"]) == str(each.told)
    assert any(each.told for _, each in compared)
    lessons = rows["filters", "lesson"]
    assert (lessons["first"], lessons["second"]) == (two["first"], two["second"])
    assert rows["filters", "title"]["first"] == "Ideals"


def test_json_is_what_the_api_says(course, two, teacher, browser_of, program_of):
    url = reverse("course-trend-json", args=[course.pk])

    file = json.loads(browser_of(teacher).get(url, two).content)

    api = reverse("api-course-comparison", args=[course.pk])
    assert file == program_of(teacher).get(api, two).json()
    assert file["second"]["filters"]["title"] == FORMULA
    assert file["told"] is True


@pytest.mark.parametrize(("form", "read"), [("csv", in_csv), ("xlsx", in_workbook)])
def test_programs_get_the_same_files(
    form, read, course, two, teacher, browser_of, program_of
):
    url = reverse(f"course-trend-{form}", args=[course.pk])
    api = reverse("api-course-comparison", args=[course.pk])

    taken = program_of(teacher).get(api, {**two, "format": form})

    assert read(taken.content) == read(browser_of(teacher).get(url, two).content)
    assert AuditEntry.objects.filter(action="exported").count() == 2


def test_a_hostile_title_stays_text(course, two, teacher, browser_of, tmp_path):
    browser = browser_of(teacher)
    csv, xlsx = (
        browser.get(reverse(f"course-trend-{form}", args=[course.pk]), two).content
        for form in ("csv", "xlsx")
    )
    (book := tmp_path / "lessons.xlsx").write_bytes(xlsx)

    row = by_name(in_csv(csv))["filters", "title"]
    assert row["second"].startswith("'=HYPERLINK")
    rows = load_workbook(book).active.rows
    [cell] = [cell for row in rows for cell in row if cell.value == FORMULA]
    assert (cell.data_type, cell.hyperlink) == ("s", None)


@pytest.mark.parametrize("form", FILE_FORMS)
def test_a_wrong_choice_leads_to_the_page(form, course, two, teacher, browser_of):
    empty = course.class_sessions.get(title="Nobody there")
    url = reverse(f"course-trend-{form}", args=[course.pk])

    answer = browser_of(teacher).get(url, {**two, "second": empty.pk})

    page = reverse("course-trend", args=[course.pk])
    assert answer.url == f"{page}?first={two['first']}&second={empty.pk}"
    assert not AuditEntry.objects.filter(action="exported").exists()
