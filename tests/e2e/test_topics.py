"""A lesson with topics: planned, gone through with T, read afterwards, and edited."""

import csv
import io
import json
import re

import pytest

from tests.e2e.conftest import Teacher, follow
from tests.e2e.pictures import DARK, PHONE, looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def enter(visitors, school):
    def as_teacher(**options):
        visitor = visitors(Teacher, **options)
        visitor.let_in(school["cookies"]["teacher"])
        return visitor.page

    return as_teacher


def bar(page):
    return page.get_by_role("region", name="Topics", exact=True)


def now(page):
    return bar(page).locator("[data-now]")


def begun(page):
    """What the API says of the topics of the lesson whose page this is."""
    path = re.search(r"/sessions/[0-9a-f-]{36}/", page.url)[0]
    answer = page.request.get(f"/api/v1{path}topics/")
    return [topic["word"] for topic in json.loads(answer.text())]


def new_lesson(page, agenda):
    page.goto("/sessions/new/")
    page.get_by_label("Title").fill("Algebra with topics")
    page.get_by_role("textbox", name="Topics").fill(agenda)
    page.locator("input[name=expression_on]").set_checked(False)
    follow(page, page.get_by_role("button", name="Create the lesson"))


def test_an_agenda_is_pasted_edited_and_gone_through_with_t(enter):
    page = enter()
    new_lesson(page, "• Fields\n• Groups\n\n• Rings")
    agenda = page.get_by_role("textbox", name="Topics")
    assert agenda.input_value() == "Fields\nGroups\nRings"
    agenda.fill("Fields\nRings\nSets")
    follow(page, page.get_by_role("button", name="Save the topics"))
    assert agenda.input_value() == "Fields\nRings\nSets"
    looked_at(page, "topics-draft")
    follow(page, page.get_by_role("button", name="Start the lesson"))

    bar(page).get_by_text("Next: Fields").wait_for()
    page.keyboard.press("t")
    now(page).get_by_text("Fields").wait_for()
    bar(page).get_by_text("Next: Rings").wait_for()
    page.keyboard.press("t")
    now(page).get_by_text("Rings").wait_for()
    bar(page).get_by_role("button", name="Next: Sets").click()
    now(page).get_by_text("Sets").wait_for()

    # Nothing is planned any more: the next one is named at will, then or later.
    page.keyboard.press("t")
    now(page).get_by_text("Topic 4").wait_for()
    page.keyboard.type("Tests and T")  # the name stands there to be typed over
    page.keyboard.press("Enter")
    now(page).get_by_text("Tests and T").wait_for()
    looked_at(page, "topics-live")
    assert begun(page) == ["Fields", "Rings", "Sets", "Tests and T"]

    page.get_by_role("button", name="Name this topic").click()
    page.get_by_role("button", name="Delete this topic").click()
    now(page).get_by_text("Sets").wait_for()
    assert begun(page) == ["Fields", "Rings", "Sets"]
    page.reload()
    now(page).get_by_text("Sets").wait_for()


def test_another_device_shows_a_topic_without_waiting_for_the_minute(enter):
    desk, phone = enter(), enter(**PHONE)
    new_lesson(desk, "Fields\nGroups")
    follow(desk, desk.get_by_role("button", name="Start the lesson"))
    phone.goto(desk.url)
    bar(phone).get_by_text("Next: Fields").wait_for()

    desk.keyboard.press("t")

    now(phone).get_by_text("Fields").wait_for(timeout=15_000)  # a minute has 60
    bar(phone).get_by_role("button", name="Next: Groups").click()
    now(desk).get_by_text("Groups").wait_for(timeout=15_000)
    assert begun(desk) == ["Fields", "Groups"]


def test_the_small_view_begins_topics_too(enter):
    page = enter()
    new_lesson(page, "Fields\nGroups")
    follow(page, page.get_by_role("button", name="Start the lesson"))
    bar(page).get_by_text("Next: Fields").wait_for()
    page.goto(f"{page.url}compact/")
    page.set_viewport_size({"width": 360, "height": 480})

    bar(page).get_by_role("button", name="Next: Fields").click()
    now(page).get_by_text("Fields").wait_for()
    page.keyboard.press("t")
    now(page).get_by_text("Groups").wait_for()

    looked_at(page, "topics-small")
    assert begun(page) == ["Fields", "Groups"]


def test_a_floating_window_has_keys_of_its_own(enter):
    page = enter()
    new_lesson(page, "Fields\nGroups")
    follow(page, page.get_by_role("button", name="Start the lesson"))
    bar(page).get_by_text("Next: Fields").wait_for()
    if not page.evaluate("'documentPictureInPicture' in globalThis"):
        pytest.skip("this browser has no floating window")
    page.get_by_role("button", name="Small view").click()
    page.wait_for_function(
        "documentPictureInPicture.window?.document.querySelector('[data-next]')"
    )
    floating = "documentPictureInPicture.window.document"

    page.evaluate(
        f"{floating}.body.dispatchEvent("
        "new KeyboardEvent('keydown', {key: 't', bubbles: true}))"
    )
    now(page).get_by_text("Fields").wait_for()
    told = page.evaluate(f"{floating}.querySelector('[data-now]').textContent")
    assert told == "Fields"
    assert begun(page) == ["Fields"]


def test_one_tap_on_a_phone_and_a_refusal_in_words(enter):
    page = enter(**PHONE, has_touch=True)
    new_lesson(page, "Fields")
    follow(page, page.get_by_role("button", name="Start the lesson"))
    bar(page).get_by_role("button", name="Next: Fields").tap()
    now(page).get_by_text("Fields").wait_for()
    looked_at(page, "topics-live-phone")

    page.route("**/topics/", lambda route: route.abort())
    bar(page).get_by_role("button", name="New topic").tap()
    page.get_by_role("alert").get_by_text("Nothing has changed; try again.").wait_for()
    assert now(page).inner_text() == "Fields"


@pytest.mark.parametrize(
    "name",
    [
        "desktop",
        "dark",
        "phone",
    ],
)
def test_the_summary_says_how_each_topic_was(enter, school, name):
    page = enter(**{"desktop": {}, "phone": PHONE, "dark": DARK}[name])
    page.goto(f"/sessions/{school['places']['summed_up'][0]}/")
    page.locator("[data-part=charts] canvas").first.wait_for()
    topics = page.locator("#topics")
    assert topics.get_by_role("heading", level=3).all_inner_texts() == [
        "Revision",
        "Simple fractions",
        "A proof",
        "Integrating them",
    ]
    topics.get_by_text("Not reached: Homework").wait_for()
    looked_at(page, f"topics-summary-{name}")
    page.goto(f"{page.url}topics/")
    looked_at(page, f"topics-edit-{name}")


def test_a_topic_stands_in_chart_table_and_files(enter, school):
    page = enter()
    page.goto(f"/sessions/{school['places']['summed_up'][0]}/")
    page.locator("[data-chart=pulse] .u-wrap").wait_for()
    page.locator("[data-chart=pulse] summary").click()
    rows = page.locator("[data-chart=pulse] tbody tr")
    first = rows.first
    assert "Integrating them" in first.inner_text()
    link = first.get_by_role("link")
    assert link.get_attribute("href").endswith("/2.3/a?t=50m35s")
    files = {
        name: page.request.get(f"{page.url}{name}").text()
        for name in ("minutes.csv", "topics.csv")
    }
    minutes, topics = (
        list(csv.DictReader(io.StringIO(files[name], newline=""))) for name in files
    )
    assert [row["topic"] for row in minutes if row["topic"]][-1] == "Integrating them"
    told = json.loads(page.request.get(f"{page.url}minutes.json").text())["topics"]
    assert [row["topic"] for row in topics] == [topic["word"] for topic in told]
    shown = page.locator("#topics li").last.inner_text()
    lost, band = (told[-1][field]["lost"] for field in ("answers", "answers_band"))
    assert f"I am lost {round(100 * lost)} % ± {round(100 * band)}" in shown
    assert float(topics[-1]["answers_lost"]) == lost


def test_topics_are_edited_afterwards_by_keyboard_and_mouse(enter, school):
    page = enter()
    page.goto(f"/sessions/{school['places']['ended'][0]}/")
    follow(page, page.get_by_role("link", name="Edit topics, marks and replies"))
    new = page.get_by_role("form", name="New topic")
    at = page.get_by_role("form", name="New mark").get_by_label("Time")
    assert at.get_attribute("type") == "datetime-local"

    began = page.evaluate(
        """async () => {
          const url = location.pathname.replace("topics/", "timeline/");
          const { session } = await (await fetch(`/api/v1${url}`)).json();
          return Date.parse(session.started_at);
        }"""
    )
    clock = """(ms) => { const d = new Date(ms);
      return new Date(ms - d.getTimezoneOffset() * 6e4).toISOString().slice(0, 19); }"""
    for word, minute in (("Mitosis", 0), ("Meiosis", 12)):
        new.get_by_label("Time").fill(page.evaluate(clock, began + minute * 60_000))
        new.get_by_label("Name").fill(word)
        follow(page, new.get_by_role("button", name="Add a topic"))
    row = page.get_by_role("form", name="Meiosis")
    row.get_by_label("Time").fill(page.evaluate(clock, began - 60_000))
    follow(page, row.get_by_role("button", name="Save"))
    page.get_by_text("This moment is before the lesson started.").wait_for()
    looked_at(page, "topics-edit-refused")

    row = page.get_by_role("form", name="Meiosis")
    follow(page, row.get_by_role("button", name="Merge with the one before"))
    page.get_by_role("form", name="Mitosis + Meiosis").wait_for()
    assert begun(page) == ["Mitosis + Meiosis"]
    follow(page, page.get_by_role("button", name="Delete"))
    assert begun(page) == []
