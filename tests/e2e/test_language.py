"""In another language every text of a page is in it: the server's and the scripts'."""

import re

import pytest
from django.urls import reverse

from tests.e2e.accents import LANGUAGE, write_catalogues
from tests.e2e.conftest import Platform, Visitor

pytestmark = pytest.mark.e2e

# Texts and attributes for readers, without data: names, titles, codes, times, links.
SHOWN = """() => {
  const data = "time, code, script, noscript, style, svg, .join-code, [lang]:not(html), option";
  const texts = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement, textContent } = walk.currentNode;
    if (!parentElement.closest(data)) texts.push(textContent);
  }
  for (const name of ["aria-label", "alt", "title", "data-confirm", "data-confirm-text"])
    for (const element of document.querySelectorAll(`[${name}]`))
      texts.push(element.getAttribute(name));
  return [document.title, ...texts].map((text) => text.trim()).filter(Boolean);
}"""
DATA = re.compile(
    r"\S+@\S+|Classmood|FER_\w+|manage\.py \w+|Gregor Mendel|Ada Head|New Here|Old Hand"
    r"|Biology, year 9|Botany|Genetics|Ecology|Autumn|Spring|Photosynthesis.*forests|Cell division|Eve"
    r"|Timetable of the school|Report\b|Safari|iPhone|Chrome|Windows|Plate tectonics"
    r"|Ada Admin|Tess Teacher|\d+ \w+ \d{4}|Maths|Zoology|Fractions|Faults|Volcanoes|Quakes"
    r"|\w+ (?:Green|Klein)\b|Person \d+|(?:hooks|(?:chat|lms\d+)\.school)\.example(?: kaj\b)?"
    r"|What happened\?|I lost the thread.*|Could not read.*|I was still writing.*"
)
PAGES = [
    ("stranger", "join", "code:numbers"),
    ("student", "join-class", "code:numbers"),
    ("teacher", "session-detail", "numbers"),
    ("admin", "policy", None),
]
OTHER_PAGES = [
    ("stranger", "home", None),
    ("stranger", "privacy", None),
    ("stranger", "help", "student_guide"),
    ("stranger", "login", None),
    ("student", "join-my-data", "code:numbers"),
    ("teacher", "session-detail", "draft"),
    ("teacher", "session-new", None),
    ("teacher", "course-list", None),
    ("admin", "policy-records", None),
    ("admin", "policy-assessment", None),
    ("admin", "people", None),
]


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """A platform whose every marked text is accented, with a school in it."""
    folder = tmp_path_factory.mktemp("foreign")
    write_catalogues(folder / "locale")
    platform = Platform(
        folder,
        DJANGO_SETTINGS_MODULE="tests.e2e.accented_settings",
        TESTS_LOCALE=str(folder / "locale"),
    )
    platform.start()
    yield platform, platform.stage()
    platform.stop()


@pytest.fixture
def open_as(foreign, browser):
    platform, school = foreign
    opened = []

    def visit(name, url, place):
        visitor = Visitor(browser, platform.url)
        opened.append(visitor)
        visitor.let_in(school["cookies"].get(name, {}))
        visitor.page.goto(reverse(url, args=school["places"].get(place, [])))
        return visitor.page

    yield visit
    for visitor in opened:
        visitor.close()


def untranslated(page):
    """What is shown with a small plain vowel, which no accented text has."""
    texts = [DATA.sub("", text) for text in page.evaluate(SHOWN)]
    return sorted({text for text in texts if re.search("[aeiou]", text)})


@pytest.mark.parametrize(
    ("visitor", "url", "place"),
    [*PAGES, *(pytest.param(*page, marks=pytest.mark.long) for page in OTHER_PAGES)],
)
def test_every_text_of_a_page_is_translated(visitor, url, place, open_as):
    page = open_as(visitor, url, place)

    assert page.locator("html").get_attribute("lang") == LANGUAGE
    assert untranslated(page) == []


def test_the_scripts_texts_are_translated(open_as):
    page = open_as("teacher", "session-detail", "ended")
    page.locator("[data-part=charts]").wait_for()
    for summary in page.locator("[data-part=charts] summary").all():
        summary.click()
    page.get_by_text("Fróm thé stárt").first.wait_for()

    assert untranslated(page) == []


def test_what_the_socket_says_is_translated(open_as):
    page = open_as("teacher", "session-detail", "numbers")
    page.locator("[data-said=sentence]").get_by_text("cláss").wait_for()

    assert untranslated(page) == []
