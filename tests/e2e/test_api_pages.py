"""The API's pages under the same strict rules as every other page."""

import csv
import io
import re

import pytest

from tests.e2e.conftest import SCREENSHOTS, Teacher, Visitor, follow

pytestmark = [pytest.mark.long, pytest.mark.e2e]


def picture(page, name):
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)


def test_the_api_explains_and_tries_itself_without_breaking_the_csp(teacher):
    page = teacher.page
    page.goto("/api/v1/docs/")
    page.get_by_role("heading", name=re.compile("Classmood API")).wait_for()
    picture(page, "api-docs")

    courses = page.locator("#operations-courses-courses_create")
    courses.locator(".opblock-summary-control").click()
    courses.get_by_role("button", name="Try it out").click()
    courses.locator("textarea").fill('{"title": "Algebra", "term": "Autumn"}')
    courses.get_by_role("button", name="Execute").click()

    made = courses.locator(".live-responses-table .response-col_status")
    made.filter(has_text="201").wait_for()
    page.goto("/courses/")
    page.get_by_role("link", name="Algebra", exact=True).wait_for()


def test_a_token_made_on_the_page_reads_the_api_until_it_is_revoked(teacher, visitors):
    page = teacher.page
    page.goto("/api/tokens/")
    page.get_by_label("Name").fill("Term report")
    follow(page, page.get_by_role("button", name="Create token"))
    token = page.locator("main code").first.inner_text()
    picture(page, "api-tokens")
    program = visitors(Visitor).context.request
    header = {"Authorization": f"Bearer {token}"}

    before = program.get("/api/v1/sessions/", headers=header)
    page.get_by_role("button", name="Revoke Term report").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
    page.get_by_text("The token is revoked.").wait_for()
    after = program.get("/api/v1/sessions/", headers=header)

    assert (before.status, after.status) == (200, 401)


def test_a_teacher_takes_a_class_away_as_csv(teacher):
    teacher.open_class("=Rings")
    page = teacher.page
    page.locator("summary", has_text="More about this lesson").click()
    picture(page, "export-menu")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV", exact=True).click()

    text = download.value.path().read_bytes().decode()
    heading, *_ = csv.reader(io.StringIO(text, newline=""))
    assert heading[:3] == ["session", "title", "course"]
    assert re.fullmatch(
        r"class-[\d-]{10}-\w{8}\.csv", download.value.suggested_filename
    )


def test_an_admin_reads_the_totals(visitors):
    admin = visitors(Teacher)
    admin.log_in(1)
    admin.page.goto("/sessions/")
    follow(admin.page, admin.page.get_by_role("link", name="Totals"))
    admin.page.get_by_role("heading", name="Totals", exact=True).wait_for()
    picture(admin.page, "totals")
