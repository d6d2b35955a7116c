"""Every page in every state, for every reader: WCAG 2.2 AA, zoom, little motion."""

import contextlib

import pytest
from django.urls import get_resolver, reverse

from tests.e2e import acts
from tests.e2e.conftest import SCREENSHOTS, Visitor
from tests.e2e.page_faults import (
    DESKTOP,
    PHONE,
    faults_for_readers,
    motion_faults,
    phone_faults,
    zoom_faults,
)
from tests.e2e.states import LATER, SOON, STATES, WITHOUT_PAGE

pytestmark = pytest.mark.e2e
PICTURES = SCREENSHOTS / "pages"
# Nothing is on its way any more: not the socket's first word, not the charts' numbers.
STANDS = """() => {
  const shown = (selector) => document.querySelector(selector)?.checkVisibility();
  return !shown("[data-state=connecting]")
    && !shown("[data-part=hero] [data-when=connecting]")
    && (!shown("[data-summary][data-state=ended]")
      || shown("[data-part=empty]") || shown("[data-part=charts]"));
}"""


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


def open_page(page, state, school):
    if state.url == "error":
        if page_as_rendered := school["errors"].get(state.place):
            page.route(
                "**/broken/",
                lambda route: route.fulfill(
                    body=page_as_rendered, content_type="text/html"
                ),
            )
        page.goto("/broken/")
    elif state.url == "join-leave":  # its form stands on the page of the class
        page.goto(reverse("join-class", args=school["places"][state.place]))
    else:
        page.goto(reverse(state.url, args=school["places"].get(state.place, [])))


@contextlib.contextmanager
def standing(state, window, school):
    """The page, in its state; nothing broke while it stood there."""
    page = window.tab()
    open_page(page, state, school)
    page.wait_for_function(STANDS)
    if state.act != "-":
        getattr(acts, state.act)(page)
    yield page
    page.close()
    assert window.faults == []


def kept_as(state):
    PICTURES.mkdir(parents=True, exist_ok=True)
    return lambda width, scheme: PICTURES / f"{state}-{width}-{scheme}.png"


IN_BOTH = [
    *(pytest.param(state, id=str(state)) for state in SOON),
    *(pytest.param(state, id=str(state), marks=pytest.mark.long) for state in LATER),
]


@pytest.mark.parametrize("state", IN_BOTH)
def test_a_page_serves_every_reader(state, window_of, school):
    with standing(state, window_of(state.visitor), school) as page:
        faults = faults_for_readers(page, DESKTOP, kept_as(state))
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
