"""The pages that people use most, in each language: bytes, times, fit, contrast, names.

Of Arabic, which runs from right to left, some in `make test`; the others, the other
languages, and each other page in Arabic in `make test-long`. Whether every text is translated is for test_language.py.
"""

import pytest
from django.conf import settings

from tests.e2e.conftest import Visitor
from tests.e2e.page_faults import (
    DESKTOP,
    faults_for_readers,
    phone_faults,
    time_faults,
    weight_faults,
)
from tests.e2e.standing import kept_as, standing
from tests.e2e.states import STATES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
SOON = {  # of Arabic
    "join-stranger-numbers",
    "join-class-student-numbers",
    "session-list-teacher",
    "session-detail-teacher-numbers",
    "session-detail-admin-summed_up",
    "course-detail-teacher-full_course",
    "policy-admin",
}
MAIN = SOON | {
    "home-stranger",
    "login-stranger",
    "join-my-data-student-numbers",
    "home-teacher",
    "session-new-teacher",
    "session-detail-teacher-waiting",
    "session-detail-teacher-many_lost",
    "session-compact-teacher-many_lost",
    "security-teacher",
    "totals-admin-open_all_that_folds",
}
PAGES = [state for state in STATES if str(state) in MAIN]
# What is done on a page is done by its English words; errors were written in English, and the
# API's page and Django's admin are others' pages.
OTHER_PAGES = [
    state
    for state in STATES
    if state not in PAGES
    and state.act == "-"
    and state.url not in {"api-docs", "error"}
    and not state.url.startswith("admin:")
]


@pytest.fixture(scope="module")
def window_of(browser, platform, school):
    """The browser window of a visitor who reads a language; the same one for all its pages."""
    windows = {}

    def window(name, language):
        if (name, language) not in windows:
            visitor = Visitor(browser, platform.url, viewport=DESKTOP, locale=language)
            visitor.let_in(school["cookies"].get(name, {}))
            windows[name, language] = visitor
        return windows[name, language]

    yield window
    for visitor in windows.values():
        visitor.close()


@pytest.mark.parametrize(
    ("language", "state"),
    [
        pytest.param(
            code,
            state,
            id=f"{code}-{state}",
            marks=[] if code == "ar" and str(state) in SOON else pytest.mark.long,
        )
        for code in LANGUAGES
        for state in PAGES
    ],
)
def test_a_page_serves_its_readers_in_their_language(
    language, state, window_of, school
):
    with standing(state, window_of(state.visitor, language), school) as page:
        html = page.locator("html")
        read = html.get_attribute("lang"), html.get_attribute("dir")
        faults = time_faults(page) + weight_faults(page)
        faults += faults_for_readers(page, DESKTOP, kept_as(f"{language}-{state}"))
        faults += phone_faults(page)

    assert read == (language, "rtl" if language == "ar" else None)
    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("state", OTHER_PAGES, ids=str)
def test_each_other_page_serves_its_readers_in_arabic(state, window_of, school):
    with standing(state, window_of(state.visitor, "ar"), school) as page:
        html = page.locator("html")
        read = html.get_attribute("lang"), html.get_attribute("dir")
        faults = faults_for_readers(page, DESKTOP, kept_as(f"ar-{state}"))

    assert read == ("ar", "rtl")
    assert faults == []


def test_the_pages_that_people_use_most_are_there():
    assert {str(state) for state in PAGES} == MAIN
