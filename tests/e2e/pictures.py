"""Pages as people see them: sizes of windows, and pictures to look at."""

from axe_playwright_python.sync_playwright import Axe

from tests.e2e.conftest import (
    SCREENSHOTS,
)
from tests.e2e.page_faults import SETTLED

PHONE = {"viewport": {"width": 390, "height": 844}}


DARK = {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"}


def looked_at(page, name):
    """Keep a picture for people to look at; no serious fault for a screen reader."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.evaluate(SETTLED)  # colours on their way have no contrast of their own
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    assert [f["id"] for f in found if f["impact"] in {"serious", "critical"}] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
