"""A lesson's report: there by itself after the end, as a file and as a page that reads well."""

import io
import re
import time

import pytest
from pypdf import PdfReader

from tests.e2e.conftest import SOON_MS, Teacher, follow
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PROMISED_S = 30  # from the end to the file


@pytest.fixture
def enter(visitors, school):
    def as_teacher(**options):
        visitor = visitors(Teacher, **options)
        visitor.let_in(school["cookies"]["teacher"])
        return visitor.page

    return as_teacher


def taken(page, button):
    with page.expect_download() as download:
        button.click()
    return PdfReader(io.BytesIO(download.value.path().read_bytes()))


def test_after_the_end_the_file_comes_by_itself(visitors):
    teacher = visitors(Teacher, timezone_id="Asia/Tokyo")
    teacher.log_in()
    teacher.open_class("=1+1 <b>Rings</b>", camera=False)
    page = teacher.page
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("button", name="End the lesson").click()
    ended = time.monotonic()

    button = page.locator("[data-part=report]").get_by_role("link", name="PDF")
    button.wait_for(timeout=SOON_MS)
    assert time.monotonic() - ended < PROMISED_S

    reader = taken(page, button)
    text = " ".join(page.extract_text() for page in reader.pages)
    assert reader.metadata.title == "=1+1 <b>Rings</b>"
    assert "Asia/Tokyo (UTC+09:00)" in text
    assert "No numbers from this lesson" in text


def test_what_is_asked_for_again_shows_how_far_it_is(enter, school):
    page = enter()
    page.goto(f"/sessions/{school['places']['ended'][0]}/")
    report = page.locator("[data-part=report]")
    assert not report.get_by_role("link", name="PDF").is_visible()

    follow(page, report.get_by_role("button", name="Make the PDF"))

    report.get_by_role("link", name="PDF").wait_for(timeout=SOON_MS)
    assert not report.get_by_role("button").is_visible()
    reader = taken(page, report.get_by_role("link", name="PDF"))
    assert reader.metadata.title == "Cell division"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("desktop", marks=pytest.mark.long),
        pytest.param("dark", marks=pytest.mark.long),
        "phone",
    ],
)
def test_the_page_reads_well(enter, school, name):
    page = enter(**{"desktop": {}, "phone": PHONE, "dark": DARK}[name])
    page.goto(f"/sessions/{school['places']['summed_up'][0]}/")
    follow(page, page.get_by_role("link", name="Open the report"))
    page.get_by_role("heading", name="50 minutes, 31 with numbers.").wait_for()
    colours = page.locator(".svg-chart .fill-lost").first.evaluate(
        "(path) => getComputedStyle(path).fill"
    )
    wanted = "rgb(201, 87, 181)" if name == "dark" else "rgb(165, 51, 143)"
    assert colours == wanted
    looked_at(page, f"report-{name}")


def test_on_paper_there_is_what_there_is_to_read(enter, school):
    page = enter(**DARK)
    page.goto(f"/sessions/{school['places']['summed_up'][0]}/report/")
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.locator(".button:visible").count()
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert max(map(int, re.findall(r"\d+", ink))) < 80, "light letters on white paper"
    looked_at(page, "report-print")
