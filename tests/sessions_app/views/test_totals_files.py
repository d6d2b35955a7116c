"""Totals to take away: the numbers of the page, as CSV, workbook and JSON."""

import csv
import io
import json

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from sessions_app.minutes.kept_figures import keep
from sessions_app.models import AuditEntry, ClassSession
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
)

pytestmark = pytest.mark.django_db
FORMULA = '=HYPERLINK("http://evil.example","open");+1'


@pytest.fixture
def hostile(teacher):
    """Three minutes of a lesson in a course that is named to harm, and a quiet one."""
    course = CourseFactory(teacher=teacher, title=FORMULA, term="@term")
    for released in (True, False):
        lesson = ClassSessionFactory(
            teacher=teacher, course=course if released else None, ended=True
        )
        for index in range(3):
            ClassMinuteFactory(session=lesson, index=index, released=released)
    keep(ClassSession.objects.all())
    return course


def file_of(browser, form, **query):
    answer = browser.get(reverse(f"totals-{form}"), {"by": "course", **query})
    assert answer.status_code == 200
    assert f'filename="totals-by-course.{form}"' in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    return answer.content


def rows_of(browser, form, **query):
    content = file_of(browser, form, **query)
    if form == "csv":
        return [*csv.reader(io.StringIO(content.decode(), newline=""))]
    sheet = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.rows]


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_file_has_the_numbers_of_the_page(form, boss, browser_of):
    browser = browser_of(boss)
    page = browser.get(reverse("totals"), {"by": "course"})

    heading, *rows = rows_of(browser, form)

    for section, kind in zip(
        page.context["sections"], ("groups", "answers"), strict=True
    ):
        for line, row in zip(section.lines, rows, strict=True):
            in_file = dict(zip(heading, row, strict=True))
            assert int(in_file["lessons"]) == line.lessons
            for each in line.shares:
                if each.label != "answered":
                    share = float(in_file[f"{kind}_{each.label}"])
                    band = float(in_file[f"{kind}_band_{each.label}"])
                    assert (100 * share, 100 * band) == (each.percent, each.band)
    quiet = dict(zip(heading, rows[1], strict=True))
    assert quiet["course"] == "No course"
    assert quiet["groups_calm"] in {"", None}


@pytest.mark.usefixtures("hostile")
def test_a_hostile_title_stays_text(boss, browser_of):
    browser = browser_of(boss)

    [_, [in_csv, *_], _] = rows_of(browser, "csv")
    sheet = load_workbook(io.BytesIO(file_of(browser, "xlsx"))).active

    assert in_csv.startswith("'=HYPERLINK")
    assert ";'+1" in in_csv
    cell = sheet["A2"]
    assert (cell.value.startswith(FORMULA), cell.data_type) == (True, "s")
    assert cell.hyperlink is None


def test_json_has_the_filters_and_the_sum(hostile, boss, browser_of):
    export = json.loads(file_of(browser_of(boss), "json", course=hostile.pk))

    assert export["filters"] == {"course": str(hostile.pk), "by": "course"}
    [group] = export["groups"]
    assert group["filters"] == {"course": str(hostile.pk)}
    assert {**group, "name": "", "filters": {}} == {
        **export["all"],
        "name": "",
    }
    assert group["status"] == {
        "released": 3,
        "too_few": 0,
        "paused": 0,
        "interrupted": 0,
        "off": 0,
    }


@pytest.mark.usefixtures("hostile")
@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_each_file_is_written_down(form, boss, browser_of):
    browser = browser_of(boss)

    for _ in range(2):
        file_of(browser, form)

    assert (
        list(AuditEntry.objects.values_list("action", "detail"))
        == [("exported", f"Totals of lessons as {form.upper()}")] * 2
    )


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_a_wrong_filter_leads_to_the_page_that_says_so(form, boss, browser_of):
    answer = browser_of(boss).get(reverse(f"totals-{form}"), {"course": "999999"})

    assert answer.url == f"{reverse('totals')}?course=999999"
    assert not AuditEntry.objects.exists()


@pytest.mark.usefixtures("hostile")
def test_a_teacher_takes_own_lessons_alone(colleague, browser_of):
    [heading, *rows] = rows_of(browser_of(colleague), "csv")

    assert (heading[0], rows) == ("course", [])
