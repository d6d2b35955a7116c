"""After a class: a page that sums it up, a note, a print, and lists that filter at once."""

import re

import pytest

from tests.e2e.conftest import Teacher, follow
from tests.e2e.keys import Keys
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(300)]
ZONES = ("Asia/Tokyo", "America/New_York")
CLOCK = """(time) => new Date(time.dateTime).toLocaleTimeString("en-GB",
  { hour: "2-digit", minute: "2-digit" })"""


@pytest.fixture
def enter(visitors, school):
    def as_teacher(**options):
        visitor = visitors(Teacher, **options)
        visitor.let_in(school["cookies"]["teacher"])
        return visitor.page

    return as_teacher


@pytest.fixture
def summary(school):
    return f"/sessions/{school['places']['summed_up'][0]}/"


@pytest.mark.parametrize("zone", ZONES)
def test_two_sentences_in_the_reader_s_time_lead_to_the_minute(enter, summary, zone):
    page = enter(timezone_id=zone)
    page.goto(summary)
    back = page.locator(".looking-back")
    back.get_by_role("heading", name="50 minutes, 31 with numbers.").wait_for()
    back.get_by_text("Mostly calm: most of the class looked so in 31 of 31").wait_for()
    stretch = back.locator(".lead").last
    assert "1 in 3 or more of those who answered were lost from" in stretch.inner_text()
    times = stretch.locator("time")
    assert times.all_inner_texts() == [
        times.nth(i).evaluate(CLOCK) for i in range(times.count())
    ]

    stretch.get_by_role("link").click()
    readout = page.locator("[data-chart=pulse] [data-readout]")
    readout.get_by_text("Lost").wait_for()
    assert readout.evaluate("(element) => element === document.activeElement")
    assert page.url.endswith("#pulse-42")
    other = page.locator("[data-chart=expression] [data-readout]")
    assert readout.inner_text().split()[0] == other.inner_text().split()[0]


def test_a_figure_leads_to_its_minute_by_keyboard(enter, summary):
    page = enter()
    page.goto(summary)
    page.locator("[data-part=charts]").wait_for()
    keys = Keys(page)
    figures = page.locator(".figures > div")
    assert figures.count() == 4
    lost = figures.filter(has_text="Peak of “lost”")
    assert lost.locator(".figure").inner_text() == "45 % ± 15"

    keys.press(lost.get_by_role("link"))

    page.locator("[data-chart=pulse] [data-readout]", has_text="Lost").wait_for()
    keys.sees_the_focus()


def test_an_address_with_a_minute_opens_there(enter, summary):
    page = enter()
    page.goto(f"{summary}#expression-30")

    page.locator("[data-chart=expression] [data-readout]", has_text="%").wait_for()
    page.goto(f"{summary}#expression-9999")
    page.reload()
    page.locator("[data-part=charts]").wait_for()


def test_files_and_the_note_stand_on_the_page(enter, summary):
    page = enter()
    page.goto(summary)
    for name in ("CSV", "Excel", "JSON"):
        with page.expect_download():
            page.get_by_role("link", name=name, exact=True).click()

    note = page.get_by_role("textbox", name="Your note")
    assert note.get_attribute("maxlength") == "2000"
    before = note.input_value()
    note.fill("More time for <questions>\nand a break")
    follow(page, page.get_by_role("button", name="Save the note"))
    page.get_by_text("Your note is saved.").wait_for()
    assert note.input_value() == "More time for <questions>\nand a break"
    page.goto("/sessions/?q=partial")
    page.get_by_text("More time for <questions> and a break").wait_for()
    page.goto(summary)
    note.fill(before)
    follow(page, page.get_by_role("button", name="Save the note"))


def test_on_paper_there_is_what_there_is_to_read(enter, summary):
    page = enter(**DARK)
    page.goto(summary)
    page.locator("[data-part=charts] canvas").first.wait_for()
    page.emulate_media(media="print", color_scheme="dark")

    assert not page.locator(".button:visible").count()
    for gone in (".site-header", ".downloads", "[data-readout]", "textarea"):
        assert not page.locator(gone).first.is_visible()
    note = page.locator(".printed-note")
    assert note.is_visible()
    assert "Begin with simple fractions" in note.inner_text()
    ink = page.evaluate("getComputedStyle(document.body).color")
    assert max(map(int, re.findall(r"\d+", ink))) < 80, "light letters on white paper"
    assert page.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize(
    "name",
    [
        "desktop",
        "dark",
        "phone",
    ],
)
def test_it_reads_well(enter, summary, name):
    page = enter(**{"desktop": {}, "phone": PHONE, "dark": DARK}[name])
    page.goto(summary)
    page.locator("[data-part=charts] canvas").first.wait_for()
    looked_at(page, f"summary-{name}")
    page.goto("/sessions/?q=a")
    looked_at(page, f"classes-{name}")


def test_filters_hold_at_once_and_stand_in_the_address(enter):
    page = enter()
    page.goto("/sessions/")
    rows = page.locator("[data-results=list] > .list > li")
    assert not page.get_by_role("button", name="Show").is_visible()

    page.get_by_label("Search").press_sequentially("partial fr")
    page.wait_for_url(re.compile(r"\?q=partial\+fr$"))
    page.get_by_text("1 lesson found").wait_for()
    assert rows.count() == 1
    assert rows.locator(".thin-bar").is_visible()
    assert page.get_by_label("Search").evaluate(
        "(element) => element === document.activeElement"
    )

    page.reload()
    assert page.get_by_label("Search").input_value() == "partial fr"
    assert rows.count() == 1
    follow(page, page.get_by_role("link", name="Clear"))
    assert page.url.endswith("/sessions/")


def test_what_runs_is_shown_once_whatever_is_filtered(enter):
    page = enter()
    page.goto("/sessions/")
    title = page.get_by_role("link", name="A power cut")
    assert title.count() == 1
    page.get_by_label("State").select_option("Live")
    page.wait_for_url(re.compile("state=live"))
    page.locator("[data-results=list]").get_by_text("A power cut").wait_for()
    assert title.count() == 1
    page.get_by_label("State").select_option("Ended")
    page.wait_for_url(re.compile("state=ended"))
    page.locator("[data-results=running]").get_by_text("A power cut").wait_for()
    assert title.count() == 1


def test_without_scripts_there_is_a_button(enter):
    page = enter(java_script_enabled=False)
    page.goto("/sessions/")
    page.get_by_label("Search").fill("partial")
    follow(page, page.get_by_role("button", name="Show"))

    assert "q=partial" in page.url
    assert page.locator("[data-results=list] > .list > li").count() == 1


def test_where_the_script_gets_no_answer_the_page_itself_asks(enter):
    page = enter()
    page.goto("/sessions/")

    def only_pages(route):
        asked_by_script = route.request.resource_type == "fetch"
        return route.abort() if asked_by_script else route.continue_()

    page.route("**/sessions/?q=partial", only_pages)
    with page.expect_navigation():
        page.get_by_label("Search").fill("partial")
    page.get_by_text("1 lesson found").wait_for()
