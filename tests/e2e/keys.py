"""A visitor without a mouse, who sees at every step where the focus is."""

import time

from playwright.sync_api import Page

from tests.e2e.conftest import SOON_S, until

# What is wrong with the focus as it stands; blank where it can be seen.
FOCUS_FAULT = """() => {
  const focused = document.activeElement;
  if (!focused || focused === document.body) return "nothing has the focus";
  const name = focused.outerHTML.slice(0, 120);
  const ringed = [focused, focused.closest("label")].some((element) => {
    const { outlineStyle, outlineWidth } = element ? getComputedStyle(element) : {};
    return element && outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
  });
  if (!ringed) return `no ring around ${name}`;
  const { left, top, width, height } = focused.getBoundingClientRect();
  const seen = [0.1, 0.5, 0.9].some((part) => {
    const there = document.elementFromPoint(left + width / 2, top + height * part);
    return there && (focused.contains(there) || there.closest("label")?.contains(focused));
  });
  return seen ? "" : `hidden: ${name}`;
}"""
MOST_STEPS = 80


class Keys:
    def __init__(self, page: Page):
        self.page = page

    def go_to(self, target):
        """Tab until the target has the focus."""
        target.wait_for()
        self.page.wait_for_load_state()  # before it, no script reacts to a key
        for _ in range(MOST_STEPS):
            if self.is_at(target):
                return
            self.page.keyboard.press("Tab")
            if self.page.evaluate("document.activeElement !== document.body"):
                self.sees_the_focus()  # the body comes between the last and the first
        raise AssertionError(f"The Tab key never reaches {target}.")

    def press(self, target, key="Enter"):
        self.go_to(target)
        self.page.keyboard.press(key)

    def type(self, target, text):
        """Replace what stands in a field."""
        self.go_to(target)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def is_at(self, target):
        return target.evaluate("(element) => element === document.activeElement")

    def comes_to(self, target):
        """Wait until the target has the focus, which the page itself gives it."""
        until(lambda: self.is_at(target), every_s=0.05)

    def sees_the_focus(self):
        """Now, or as soon as the page has drawn what the last key asked for."""
        ends = time.monotonic() + SOON_S
        while fault := self.page.evaluate(FOCUS_FAULT):
            assert time.monotonic() < ends, fault
            self.page.wait_for_timeout(50)
