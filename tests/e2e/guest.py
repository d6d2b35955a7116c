"""Somebody on the public demo page."""

from tests.e2e.conftest import SOON_S, Visitor


class Guest(Visitor):
    def agree(self):
        self.page.goto("/try/")
        self.page.get_by_role("button", name="I agree, start my camera").click()

    def wait_for(self, state, within_s=SOON_S):
        self.page.locator(f"[data-try][data-state={state}]").wait_for(
            timeout=within_s * 1000
        )

    def try_it(self):
        self.agree()
        self.wait_for("live")
        self.page.locator("[data-face]").wait_for()
