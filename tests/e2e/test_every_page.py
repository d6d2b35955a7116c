"""Every page in every state, for every reader: WCAG 2.2 AA, a slow line, zoom, little motion."""

import pytest
from django.urls import get_resolver

from tests.e2e.conftest import Visitor
from tests.e2e.page_faults import (
    DESKTOP,
    PHONE,
    faults_for_readers,
    motion_faults,
    phone_faults,
    weight_faults,
    zoom_faults,
)
from tests.e2e.standing import kept_as, standing
from tests.e2e.states import LATER, SOON, STATES, WITHOUT_PAGE

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def window_of(browser, platform, school):
    """The browser window of a visitor; the same one for all its pages."""
    windows = {}

    def window(name):
        if name not in windows:
            windows[name] = Visitor(browser, platform.url, viewport=DESKTOP)
            windows[name].let_in(school["cookies"].get(name, {}))
        return windows[name]

    yield window
    for visitor in windows.values():
        visitor.close()


IN_BOTH = [
    *(pytest.param(state, id=str(state)) for state in SOON),
    *(pytest.param(state, id=str(state), marks=pytest.mark.long) for state in LATER),
]


def is_of_others(state):
    """Django's admin and the API's pages bring scripts that we did not write."""
    return state.url == "api-docs" or state.url.startswith("admin:")


@pytest.mark.parametrize("state", IN_BOTH)
def test_a_page_serves_every_reader(state, window_of, school):
    with standing(state, window_of(state.visitor), school) as page:
        faults = [] if is_of_others(state) else weight_faults(page)
        faults += faults_for_readers(page, DESKTOP, kept_as(state))
        faults += phone_faults(page)

    assert faults == []


@pytest.mark.long
@pytest.mark.parametrize("state", STATES, ids=str)
def test_a_page_serves_every_reader_who_looks_closer(state, window_of, school):
    """On a phone, zoomed in, with little motion; its width on a phone is tested above."""
    with standing(state, window_of(state.visitor), school) as page:
        faults = faults_for_readers(page, PHONE, kept_as(state))
        faults += zoom_faults(page) + motion_faults(page)

    assert faults == []


def test_every_url_has_its_pages_here():
    def named(resolver):
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                if pattern.namespace != "admin":
                    yield from named(pattern)
            else:
                yield pattern.name

    ours = {state.url for state in STATES if ":" not in state.url}
    shown = ours - {"error"}

    assert shown | WITHOUT_PAGE == set(named(get_resolver()))
    assert not shown & WITHOUT_PAGE
