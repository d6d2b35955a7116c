"""A whole class in real browsers, from the webcam to the teacher's dashboard."""

import re

import pytest

from tests.e2e.conftest import (
    ON_ITS_WAY_MS,
    SCREENSHOTS,
    Student,
    Teacher,
    camera_is_on,
    until,
)

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


def picture(page, name, **options):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", **options)


def on_a_phone_in_the_dark(teacher, visitors):
    phone = visitors(
        Teacher, viewport={"width": 390, "height": 844}, color_scheme="dark"
    )
    phone.log_in()
    phone.page.goto(teacher.page.url)
    phone.page.get_by_text(re.compile("looks")).first.wait_for()
    return phone.page


def test_a_class_from_consent_to_the_sessions_page(teacher, visitors):
    code = teacher.open_class("Photosynthesis")
    students = [visitors(Student) for _ in range(5)]

    for student in students:
        student.join(code)
        student.wait_for_state("live")
    students[0].page.get_by_role("button", name="All good").click()
    students[1].page.get_by_role("button", name="I am lost").click()
    until(
        lambda: any(m["size"] == 5 for m in teacher.minutes_released()),
        within_s=400,  # who sent too little in one minute counts in a later one
    )

    # The dashboard says in words what is sure of five students, and shows three numbers.
    hero = teacher.page.locator("[data-part=hero]")
    said = hero.locator("[data-said=sentence]")
    said.get_by_text(re.compile(r"No clear picture|look|answered")).wait_for()
    full = next(m for m in teacher.minutes_released() if m["size"] == 5)
    assert sum(full["groups"].values()) == pytest.approx(1)
    assert full["shares"] is None
    assert hero.locator("[data-share=calm]").is_visible()
    assert hero.locator("[data-share=neutral]").is_hidden()
    until(
        lambda: any(
            m["pulse"] and m["pulse"]["lost"] > 0 for m in teacher.minutes_released()
        )
    )
    picture(students[0].page, "student")
    picture(teacher.page, "dashboard", full_page=True)
    picture(on_a_phone_in_the_dark(teacher, visitors), "dashboard-phone-dark")

    # A pause stops the cameras; going on starts them by itself.
    teacher.page.get_by_role("button", name="Pause", exact=True).click()
    for student in students:
        student.wait_for_state("paused")
    teacher.page.get_by_role("button", name="Resume").click()
    students[0].wait_for_state("live")

    # The end closes every socket and leads to the session's own page.
    teacher.page.get_by_role("button", name="End", exact=True).click()
    teacher.page.get_by_role("button", name="End the lesson").click()
    for student in students:
        student.wait_for_state("ended")
    until(lambda: teacher.timeline()["session"]["state"] == "ended")
    teacher.page.reload()
    teacher.page.get_by_text("Ended").first.wait_for()
    picture(teacher.page, "summary", full_page=True)

    teacher.page.goto("/sessions/")
    teacher.page.get_by_role("link", name="Photosynthesis").first.wait_for()
    picture(teacher.page, "sessions")


@pytest.mark.long
def test_the_dashboard_reopens_in_another_window(teacher, visitors):
    code = teacher.open_class("Second window")
    visitors(Student).join(code)
    until(lambda: teacher.minutes_released())

    other = teacher.tab()
    other.goto(teacher.page.url)

    other.locator("[data-part=hero]").get_by_text(re.compile("looks")).first.wait_for()


def test_another_teachers_class_is_not_found(teacher, visitors, platform):
    teacher.open_class("Mine", start=False)
    stranger = visitors(Student)

    answer = stranger.context.request.get(teacher.page.url)

    assert "/login/" in answer.url


def test_withdrawn_consent_stops_the_frames(  # how soon: consumers/test_two_seconds.py
    teacher, visitors, platform
):
    code = teacher.open_class("Withdrawal")
    student = visitors(Student)
    student.join(code)

    student.page.get_by_role("button", name="Your choices").click()
    student.page.get_by_role("switch", name=re.compile("Facial expression")).uncheck()
    student.wait_for_state("not_chosen")
    student.page.wait_for_timeout(ON_ITS_WAY_MS)
    before = platform.frames_answered()
    student.page.wait_for_timeout(5000)

    assert platform.frames_answered() == before
    assert not camera_is_on(student.page)


def test_a_denied_camera_gets_its_own_sentence_and_the_pulse_goes_on(
    teacher, visitors, launch
):
    code = teacher.open_class("Denied")
    without_camera = launch(
        "--use-fake-device-for-media-stream", "--deny-permission-prompts"
    )
    student = visitors(Student, without_camera)

    student.join(code, camera=False)

    problem = student.page.locator("[data-camera-problem]")
    problem.wait_for()
    assert "not allowed" in problem.inner_text().lower() or "blocked" in (
        problem.inner_text().lower()
    )
    picture(student.page, "camera-denied")
    student.page.get_by_role("button", name="All good").click()
    student.page.locator("[data-tap=ok][aria-pressed=true]").wait_for()


@pytest.mark.long
def test_in_a_second_tab_the_newest_sends(teacher, visitors):
    code = teacher.open_class("Two tabs")
    student = visitors(Student)
    student.join(code)

    newer = student.tab()
    newer.goto(student.page.url)

    newer.locator("[data-student][data-state=live]").wait_for()
    student.wait_for_state("other_tab")
    student.page.wait_for_timeout(3000)
    assert student.state() == "other_tab"  # it does not take over again
    assert not camera_is_on(student.page)
