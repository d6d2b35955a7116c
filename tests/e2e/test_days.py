"""A lesson's day is the reader's: on pages, in filters and in the names of files."""

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.e2e.conftest import Teacher, follow

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(300)]

# 25 hours apart: what is today in the one is yesterday or tomorrow in the other.
EAST, WEST = "Pacific/Kiritimati", "Pacific/Pago_Pago"
MAKE_DRAFTS = """async (count) => {
  const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
  const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
  for (let i = 0; i < count; i++) {
    const body = JSON.stringify({ title: `Prepared ${i}` });
    const answer = await fetch("/api/v1/sessions/", { method: "POST", headers, body });
    if (!answer.ok) throw new Error(await answer.text());
  }
}"""


def local(page, moment):
    """Day, and date with time, as this browser's clock has them."""
    iso = moment.evaluate("element => element.dateTime")
    return page.evaluate(
        """iso => {
          const text = new Date(iso).toLocaleString("sv");
          return [text.slice(0, 10), text.slice(0, 16)];
        }""",
        iso,
    )


def downloaded(page, name):
    with page.expect_download() as caught:
        page.get_by_role("link", name=name, exact=True).click()
    return caught.value


@pytest.fixture
def readers(visitors, school):
    both = [visitors(Teacher, timezone_id=zone) for zone in (EAST, WEST)]
    for reader in both:
        reader.let_in(school["cookies"]["teacher"])
    return both


def test_a_lesson_s_day_is_that_of_its_reader(readers, school):
    days = []
    for reader in readers:
        page = reader.page
        page.goto(f"/sessions/{school['places']['ended'][0]}/")
        held = page.locator("main time").first
        day, begun = local(page, held)
        days.append(day)

        table = downloaded(page, "Excel")
        assert table.suggested_filename.startswith(f"class-{day}-")
        names, first, *_ = load_workbook(
            BytesIO(table.path().read_bytes())
        ).active.values
        assert f"{first[names.index('starts_at')]:%Y-%m-%d %H:%M}" == begun

    assert days[0] > days[1]
    for reader, own, other in zip(readers, days, days[::-1], strict=True):
        for day, there in ((own, 1), (other, 0)):
            reader.page.goto(f"/sessions/?q=division&since={day}&until={day}")
            assert (
                reader.page.get_by_role("link", name="Cell division").count() == there
            )


def test_a_date_stays_in_the_address_from_page_to_page_and_back(readers):
    page = readers[0].page
    page.goto("/sessions/new/")
    page.evaluate(MAKE_DRAFTS, 21)
    page.goto("/sessions/")
    today, _ = local(page, page.locator("main li time").first)

    page.get_by_label("From").fill(today)
    page.get_by_label("To").fill(today)
    kept = re.compile(rf"since={today}&until={today}")
    page.wait_for_url(kept)
    follow(page, page.get_by_role("link", name="Older"))
    assert kept.search(page.url)
    assert "page=2" in page.url
    follow(page, page.locator("main li a").first)
    page.go_back()

    assert kept.search(page.url)
    assert page.get_by_label("From").input_value() == today
    assert page.get_by_label("To").input_value() == today
    assert page.get_by_text("Page 2 of").is_visible()


def test_a_meeting_link_needs_no_https(teacher):
    page = teacher.page
    page.goto("/sessions/new/")
    page.get_by_label("Title").fill("Somewhere else")
    page.get_by_label("Meeting link").fill("teams.example/l/meetup-join/" + "a" * 450)
    page.get_by_role("button", name=re.compile("Create|Save")).click()
    page.wait_for_url(re.compile(r"/sessions/[0-9a-f-]{36}/$"))

    page.goto(f"{page.url}edit/")
    link = page.get_by_label("Meeting link").input_value()
    assert link == "https://teams.example/l/meetup-join/" + "a" * 450
