"""A teacher marks a moment with one key or one tap, and finds it wherever the class is read."""

import csv
import io
import json
import re

import pytest

from tests.e2e.conftest import Teacher
from tests.e2e.pictures import PHONE, looked_at

pytestmark = [pytest.mark.long, pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture
def open_class(visitors, school):
    def open_class(place, **options):
        reader = visitors(Teacher, **options)
        reader.let_in(school["cookies"]["teacher"])
        reader.page.goto(f"/sessions/{school['places'][place][0]}/")
        reader.page.locator("[data-chart=pulse] .u-wrap").wait_for()
        return reader.page

    return open_class


def marked(page):
    return page.locator("[data-part=marks] li")


def forget_marks(page):
    while marked(page).count():
        before = marked(page).count()
        page.get_by_role("button", name=re.compile("Delete the mark")).first.click()
        page.wait_for_function(
            "n => document.querySelectorAll('[data-mark]').length < n", arg=before
        )


def test_m_marks_the_moment_and_a_word_may_follow(open_class):
    page = open_class("numbers")
    forget_marks(page)

    page.keyboard.press("m")
    field = page.get_by_label("A word for it")
    field.wait_for()
    assert field.evaluate("field => field === document.activeElement")
    assert field.input_value() == ""  # the key itself is no word
    page.keyboard.type("Lemma m")  # where one types, M is a letter
    page.keyboard.press("Enter")
    marked(page).filter(has_text="Lemma m").wait_for()
    assert marked(page).count() == 1
    looked_at(page, "marked")

    page.keyboard.press("m")
    field.wait_for()
    page.keyboard.press("Escape")
    field.wait_for(state="hidden")
    marked(page).nth(1).wait_for()  # without a word it is a mark all the same

    # The class's page, its export and the API say the same.
    page.reload()
    marked(page).filter(has_text="Lemma m").wait_for()
    url = page.url.replace("/sessions/", "/api/v1/sessions/")
    told = json.loads(page.request.get(f"{url}marks/").text())
    assert [mark["word"] for mark in told] == ["Lemma m", ""]
    exported = json.loads(page.request.get(f"{page.url}minutes.json").text())
    assert [mark["word"] for mark in exported["marks"]] == ["Lemma m", ""]
    forget_marks(page)
    page.get_by_role("button", name="Mark this moment").wait_for()


def test_one_tap_on_a_phone_marks_the_moment(open_class):
    page = open_class("many_lost", **PHONE, has_touch=True)
    forget_marks(page)

    page.get_by_role("button", name="Mark this moment").tap()
    page.get_by_label("A word for it").wait_for()
    looked_at(page, "marking-phone")
    page.get_by_role("button", name="No word").tap()
    marked(page).wait_for()
    page.get_by_role("button", name=re.compile("Name the mark")).tap()
    page.get_by_label("A word for it").fill("Exercise 3")
    page.get_by_role("button", name="Save").tap()

    marked(page).filter(has_text="Exercise 3").wait_for()
    looked_at(page, "marked-phone")
    forget_marks(page)


def test_a_mark_stands_in_the_minute_of_its_chart_table_and_file(open_class):
    page = open_class("ended")
    url = page.url.replace("/sessions/", "/api/v1/sessions/")
    first = json.loads(page.request.get(f"{url}timeline/").text())["minutes"][0]
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    made = page.request.post(
        f"{url}marks/",
        data={"at": first["starts_at"], "word": "Experiment"},
        headers={"X-CSRFToken": token, "Referer": page.url},
    )
    assert made.status == 201, made.text()
    page.reload()

    page.locator("[data-chart=pulse] .u-wrap").wait_for()
    page.locator("[data-chart=pulse] summary").click()
    rows = page.locator("[data-chart=pulse] tbody tr")
    rows.last.get_by_text("Experiment").wait_for()
    assert rows.filter(has_text="Experiment").count() == 1
    in_csv = csv.DictReader(
        io.StringIO(page.request.get(f"{page.url}minutes.csv").text(), newline="")
    )
    assert [row["marks"].endswith("Experiment") for row in in_csv][:2] == [True, False]
    forget_marks(page)


def test_a_mark_that_the_server_does_not_take_is_said_in_words(open_class):
    page = open_class("numbers")
    page.route("**/marks/", lambda route: route.abort())

    page.get_by_role("button", name="Mark this moment").click()

    page.get_by_role("alert").get_by_text("Nothing has changed; try again.").wait_for()
    assert page.get_by_label("A word for it").is_hidden()
