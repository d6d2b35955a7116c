"""A page of tests/e2e/states.py in its state: opened, and nothing on its way any more."""

import contextlib

from django.urls import reverse

from tests.e2e import acts
from tests.e2e.conftest import SCREENSHOTS

PICTURES = SCREENSHOTS / "pages"
# Nothing is on its way any more: not the socket's first word, not the charts' numbers.
STANDS = """() => {
  const shown = (selector) => document.querySelector(selector)?.checkVisibility();
  return !shown("[data-state=connecting]")
    && !shown("[data-part=hero] [data-when=connecting]")
    && (!shown("[data-summary][data-state=ended]")
      || shown("[data-part=empty]") || shown("[data-part=charts]"));
}"""


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


def kept_as(name):
    """Where a picture is kept to be looked at: (width in pixels, scheme) -> path."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    return lambda width, scheme: PICTURES / f"{name}-{width}-{scheme}.png"
