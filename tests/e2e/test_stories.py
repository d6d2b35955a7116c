"""A teacher goes back to a class and takes it away; an admin looks over all of them."""

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from tests.e2e.conftest import Visitor, follow
from tests.e2e.page_faults import DESKTOP
from tests.e2e.staged import SHARES

pytestmark = pytest.mark.e2e


@pytest.fixture
def enter(visitors, platform, school):
    """The page of one of the school's people, logged in."""

    def window(name):
        visitor = visitors(Visitor, viewport=DESKTOP)
        visitor.let_in(school["cookies"][name])
        return visitor.page

    return window


def file_of(page, link):
    """Click a link to a file; what it holds."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link, exact=True).click()
    return io.BytesIO(download.value.path().read_bytes())


def rows_of(page):
    """Click the link to the CSV file, and read the file."""
    text = file_of(page, "CSV").read().decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_teacher_finds_last_terms_class_and_takes_its_numbers_away(enter):
    page = enter("teacher")
    page.goto("/sessions/")

    follow(page, page.get_by_role("link", name="Older"))
    assert page.get_by_text("Page 2 of").is_visible()
    page.get_by_label("Search").fill("division")
    page.get_by_label("Course").select_option("Biology, year 9, Autumn")
    page.get_by_label("State").select_option("Ended")
    page.wait_for_url(re.compile(r"q=division&course=\d+&state=ended$"))
    page.get_by_text("1 lesson found").wait_for()
    assert page.locator("main [data-results=list] > .list > li").count() == 1
    follow(page, page.get_by_role("link", name="Cell division"))

    chart = page.locator("[data-chart=expression]")
    chart.get_by_text("Show as table").click()
    chart.locator("tbody tr").nth(len(SHARES) - 1).wait_for()
    told = chart.locator("tbody tr").all_inner_texts()
    rows = rows_of(page)

    assert [float(row["share_happy"] or -1) for row in rows] == [
        -1 if shares is None else shares[3] for shares in SHARES
    ]
    assert [row["status"] for row in rows].count("too_few") == 1
    assert "too few students" in told[-1 - 3]  # the newest is on top
    assert "55\u00a0%" in told[-1 - 2]
    names, *in_excel = load_workbook(file_of(page, "Excel")).active.values
    at = names.index("share_happy")
    assert [str(row[at] or "") for row in in_excel] == [
        row["share_happy"] for row in rows
    ]


def test_a_title_stays_a_text_on_the_page_and_in_a_spreadsheet(enter, school):
    page = enter("teacher")
    page.goto(f"/sessions/{school['places']['hostile'][0]}/")
    assert page.get_by_role("heading", level=1).inner_text() == (
        "=1+1 <b>Hostile</b> é title"
    )

    [row] = rows_of(page)

    assert row["title"] == "'=1+1 <b>Hostile</b> é title"


def test_an_admin_sees_every_class_its_totals_and_who_looked(enter):
    teacher, page = enter("teacher"), enter("admin")
    teacher.goto("/sessions/?q=division")
    follow(teacher, teacher.get_by_role("link", name="Cell division"))
    rows_of(teacher)

    page.goto("/sessions/")
    page.get_by_label("Teacher").select_option("Gregor Mendel")
    page.get_by_label("Search").fill("division")
    page.wait_for_url(re.compile(r"q=division&teacher=\d+$"))
    follow(page, page.get_by_role("link", name="Totals"))
    page.locator("[name=by]").select_option("Course")
    page.wait_for_url(re.compile(r"by=course&"))
    measured = page.get_by_role("region", name="How much was measured")
    biology = measured.get_by_role("row").nth(2).get_by_role("cell")
    assert biology.all_inner_texts()[:4] == ["1", "6", "17 %", "0 %"]

    follow(page, measured.get_by_role("link", name="Biology"))
    follow(page, page.get_by_role("link", name="Cell division"))
    page.get_by_text("Facial expression over time").wait_for()

    follow(page, page.get_by_role("link", name="Audit"))
    page.get_by_label("Person").select_option("Gregor Mendel")
    page.get_by_label("Action").select_option("Exported")
    follow(page, page.get_by_role("button", name="Show"))
    follow(page, page.get_by_role("link", name="All about this").first)
    entries = page.locator("main .list > li")
    entries.filter(has_text="Exported").filter(
        has_text="mendel@school.example"
    ).first.wait_for()
    page.get_by_label("Person").select_option("Ada Head")
    page.get_by_label("Action").select_option("Viewed")
    follow(page, page.get_by_role("button", name="Show"))
    entries.filter(has_text="Cell division").first.wait_for()
