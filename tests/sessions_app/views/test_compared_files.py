"""Two sets of lessons as a file: the numbers of the page, number by number."""

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
LOST = {
    "pulse": {
        "lost": 0.6,
        "too_fast": 0.1,
        "ok": 0.2,
        "too_slow": 0,
        "no_answer": 0.1,
    },
    "answers": {"lost": 0.7, "too_fast": 0.1, "ok": 0.2, "too_slow": 0.0},
    "pulse_size": 40,
}


def held(course, *, minutes=40, **shown):
    lesson = ClassSessionFactory(teacher=course.teacher, course=course, ended=True)
    for index in range(minutes):
        ClassMinuteFactory(
            session=lesson, index=index, **{"released": index % 4 > 0, **shown}
        )


@pytest.fixture
def courses(teacher):
    """A calm course, and one with a term that is named to harm in which many are lost."""
    calm = CourseFactory(teacher=teacher)
    lost = CourseFactory(teacher=teacher, term=FORMULA)
    for _ in range(3):
        held(calm)
        held(lost, released=True, **LOST)
    keep(ClassSession.objects.all())
    return {"first-course": calm.pk, "second-term": FORMULA}


def file_of(browser, form, query):
    answer = browser.get(reverse(f"totals-compare-{form}"), query)
    assert answer.status_code == 200
    name = f'filename="lessons-compared.{form}"'
    assert name in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    return answer.content


def in_csv(content):
    return [
        [cell or None for cell in row]
        for row in csv.reader(io.StringIO(content.decode(), newline=""))
    ]


def in_workbook(content):
    sheet = load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.rows]


def by_name(rows):
    """Each row after the heading, by kind and name."""
    heading, *rows = rows
    return {
        (row[0], row[1]): dict(zip(heading[2:], row[2:], strict=True)) for row in rows
    }


def percent(cell):
    return round(100 * float(cell))


@pytest.mark.parametrize(
    ("form", "read"), [("csv", in_csv), ("xlsx", in_workbook)], ids=["csv", "xlsx"]
)
def test_a_file_has_the_numbers_of_the_page(form, read, courses, boss, browser_of):
    browser = browser_of(boss)
    page = browser.get(reverse("totals-compare"), courses)
    link = page.context["files"][form]
    assert link.replace("&", "&amp;") in page.content.decode()

    rows = by_name(read(browser.get(link).content))

    shown = page.context["comparison"]
    compared = [("groups", each) for each in shown.looks]
    compared += [("answers", each) for each in shown.said[:-1]]
    for kind, each in compared:
        row = rows[kind, each.before.label]
        numbers = [percent(row[cell]) for cell in list(row)[:-1]]
        assert numbers == [
            *(each.before.percent, each.before.band),
            *(each.after.percent, each.after.band),
            *(each.by, each.band),
        ]
        assert str(row["told"]) == str(each.told)
    assert len(compared) == 7
    answered, silent = shown.said[-1], rows["pulse", "no_answer"]
    assert (100 - percent(silent["first"]), -percent(silent["by"])) == (
        answered.before.percent,
        answered.by,
    )
    assert any(str(row["told"]) == "True" for row in rows.values())
    for which, row in zip(("first", "second"), page.context["rows"], strict=True):
        assert int(rows["count", "lessons"][which]) == row.lessons
        counted = {
            name: int(rows["status", name][which]) for name in ("released", "too_few")
        }
        assert row.expression.suppressed == counted["too_few"] / sum(counted.values())
    assert rows["filters", "course"]["first"] in {
        courses["first-course"],
        str(courses["first-course"]),
    }


def test_json_has_what_the_api_says_and_the_filters(
    courses, boss, browser_of, program_of
):
    file = json.loads(file_of(browser_of(boss), "json", courses))

    asked = {name.replace("-", "_"): value for name, value in courses.items()}
    assert file == program_of(boss).get(reverse("api-totals-difference"), asked).json()
    assert file["second"]["filters"] == {"term": FORMULA}
    assert file["told"] is True


@pytest.mark.parametrize(("form", "read"), [("csv", in_csv), ("xlsx", in_workbook)])
def test_programs_get_the_same_files(form, read, courses, boss, browser_of, program_of):
    asked = {name.replace("-", "_"): value for name, value in courses.items()}
    url = reverse("api-totals-difference")

    answer = program_of(boss).get(url, {**asked, "format": form})

    assert read(answer.content) == read(file_of(browser_of(boss), form, courses))


def test_a_hostile_term_stays_text(courses, boss, browser_of):
    browser = browser_of(boss)

    row = by_name(in_csv(file_of(browser, "csv", courses)))["filters", "term"]
    sheet = load_workbook(io.BytesIO(file_of(browser, "xlsx", courses))).active

    assert row["second"].startswith("'=HYPERLINK")
    [cell] = [cell for row in sheet.rows for cell in row if cell.value == FORMULA]
    assert (cell.data_type, cell.hyperlink) == ("s", None)


def test_a_signal_without_numbers_has_no_difference(teacher, boss, browser_of):
    held(CourseFactory(teacher=teacher), released=False)
    keep(ClassSession.objects.all())

    rows = by_name(in_csv(file_of(browser_of(boss), "csv", {})))

    assert {*rows["groups", "calm"].values()} == {None}
    assert rows["status", "too_few"]["first"] == "40"


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_each_file_is_written_down_and_a_wrong_filter_leads_to_the_page(
    form, courses, boss, browser_of
):
    browser = browser_of(boss)
    for _ in range(2):
        file_of(browser, form, courses)

    wrong = browser.get(reverse(f"totals-compare-{form}"), {"first-course": "999999"})

    assert wrong.url == f"{reverse('totals-compare')}?first-course=999999"
    assert (
        list(AuditEntry.objects.values_list("action", "detail"))
        == [("exported", f"Lessons compared as {form.upper()}")] * 2
    )


def test_a_teacher_takes_own_lessons_alone(courses, colleague, browser_of):
    rows = by_name(in_csv(file_of(browser_of(colleague), "csv", {})))

    assert rows["count", "lessons"]["first"] == "0"
