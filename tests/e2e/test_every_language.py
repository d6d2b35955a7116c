"""The pages that people use most, in each language that is offered: bytes, fit, contrast, names.

Arabic, which runs from right to left, in `make test`; the others in
`make test-long`. Whether every text is translated is for test_language.py.
"""

import pytest
from django.conf import settings

from tests.e2e.conftest import Visitor
from tests.e2e.page_faults import (
    DESKTOP,
    faults_for_readers,
    phone_faults,
    weight_faults,
)
from tests.e2e.standing import kept_as, standing
from tests.e2e.states import STATES

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]
SOON = {"ar"}
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != "en"]
MAIN = {
    "home-stranger",
    "login-stranger",
    "join-stranger-numbers",
    "join-class-student-numbers",
    "join-my-data-student-numbers",
    "home-teacher",
    "session-list-teacher",
    "session-new-teacher",
    "session-detail-teacher-waiting",
    "session-detail-teacher-numbers",
    "session-detail-teacher-many_lost",
    "session-detail-admin-summed_up",
    "session-compact-teacher-many_lost",
    "course-detail-teacher-full_course",
    "security-teacher",
    "policy-admin",
    "totals-admin-open_all_that_folds",
}
PAGES = [state for state in STATES if str(state) in MAIN]


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


@pytest.mark.parametrize("state", PAGES, ids=str)
@pytest.mark.parametrize(
    "language",
    [
        pytest.param(code, marks=[] if code in SOON else pytest.mark.long)
        for code in LANGUAGES
    ],
)
def test_a_page_serves_its_readers_in_their_language(
    language, state, window_of, school
):
    with standing(state, window_of(state.visitor, language), school) as page:
        html = page.locator("html")
        read = html.get_attribute("lang"), html.get_attribute("dir")
        faults = weight_faults(page)
        faults += faults_for_readers(page, DESKTOP, kept_as(f"{language}-{state}"))
        faults += phone_faults(page)

    assert read == (language, "rtl" if language == "ar" else None)
    assert faults == []


def test_the_pages_that_people_use_most_are_there():
    assert {str(state) for state in PAGES} == MAIN
