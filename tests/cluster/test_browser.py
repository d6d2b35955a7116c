"""The whole class in real browsers, over two web processes behind the proxy."""

import re

import pytest

from tests.cluster.topology import WEB, until
from tests.e2e.conftest import SOON_S, Student

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]  # it starts the cluster


def test_a_class_from_consent_to_the_summary_over_two_processes(
    teacher, visitors, platform
):
    code = teacher.open_class("Photosynthesis")
    students = [visitors(Student) for _ in range(5)]
    for student in students:
        student.join(code)
        student.wait_for_state("live")
    assert all(platform.sockets(web, "student") > 0 for web in WEB)

    # Both processes' students stand behind one number.
    students[0].page.get_by_role("button", name="All good").click()
    # Who sent too little in one minute, on a busy machine, counts in a later one.
    until(lambda: any(m["size"] == 5 for m in teacher.minutes_released()), within_s=400)
    hero = teacher.page.locator("[data-part=hero]")
    said = hero.locator("[data-said=sentence]")
    said.get_by_text(re.compile(r"No clear picture|looks? pleased|answered")).wait_for()
    until(
        lambda: any(
            m["pulse"] and m["pulse"]["ok"] > 0 for m in teacher.minutes_released()
        ),
        within_s=SOON_S,
    )

    # What the teacher does on one process reaches the students of both.
    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    for student in students:
        student.wait_for_state("paused")
    teacher.page.get_by_role("button", name="Resume").click()
    for student in students:
        student.wait_for_state("live")

    teacher.page.get_by_role("button", name="End", exact=True).click()
    teacher.page.get_by_role("button", name="End the lesson").click()
    for student in students:
        student.wait_for_state("ended")
    until(lambda: teacher.timeline()["session"]["state"] == "ended", within_s=SOON_S)
    # The page turns into the summary by itself; to load it meanwhile would meet that.
    summary = teacher.page.locator("[data-summary][data-state=ended]")
    summary.locator("[data-part=charts]").wait_for()
