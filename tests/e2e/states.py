"""Every page in every state that matters: who opens it, of what, and what is done there."""

import re
from dataclasses import dataclass

from tests.e2e.staged import LOCKED

# URL's name, visitor, what it is reversed with, and what is then done on the page.
TABLE = """
home                     stranger           -                     -
privacy                  stranger           -                     -
login                    stranger           -                     -
login                    stranger           -                     log_in_wrongly
login                    stranger           -                     log_in_locked_out
password_reset           stranger           -                     -
password_reset           stranger           -                     ask_too_often
password_reset_done      stranger           -                     -
password_reset_confirm   stranger           reset                 -
password_reset_confirm   stranger           old_reset             -
password_reset_complete  stranger           -                     -
invitation-accept        stranger           invitation            -
invitation-accept        stranger           old_invitation        -
api-docs                 stranger           -                     open_an_operation
error                    stranger           400                   -
error                    stranger           404                   -
error                    stranger           500                   -
try-it                   stranger           -                     -
join-enter               stranger           -                     -
join-enter               stranger           -                     type_a_wrong_code
join                     stranger           code:numbers          -
join                     stranger           code:numbers          say_yes
join                     stranger           code:ended            -
join                     teacher            code:numbers          -
join                     asked_student      code:numbers          -
join-class               early_student      code:draft            -
join-class               student            code:numbers          -
join-class               student            code:numbers          open_choices
join-class               student            code:numbers          ask_to_leave
join-class               camera_student     code:waiting          let_the_camera_run
join-class               camera_student     code:waiting          pause_the_camera
join-class               camera_student     code:waiting          go_on_in_another_tab
join-class               denied_student     code:too_few          be_denied_the_camera
join-class               pulse_student      code:nobody           tap
join-class               no_camera_student  code:pulse_only       -
join-class               resting_student    code:paused           -
join-class               late_student       code:ended            -
join-my-data             student            code:numbers          -
join-my-data             stranger           code:numbers          -
join-leave               leaving_student    code:nobody           leave
password_change          teacher            -                     -
password_change_done     teacher            -                     -
api-tokens               newcomer           -                     -
api-tokens               teacher            -                     make_a_token
course-list              newcomer           -                     -
course-list              teacher            -                     -
course-new               teacher            -                     -
course-edit              teacher            course                -
course-delete            teacher            course                -
session-list             newcomer           -                     -
session-list             teacher            -                     -
session-list             teacher            -                     search_for_nothing
session-list             teacher            -                     open_the_account_menu
session-list             admin              -                     -
session-new              teacher            -                     -
session-new              teacher            -                     send_it_blank
session-detail           teacher            draft                 -
session-detail           teacher            waiting               -
session-detail           teacher            numbers               -
session-detail           teacher            numbers               open_all_that_folds
session-detail           teacher            numbers               look_at_one_expression
session-detail           teacher            numbers               ask_to_end
session-detail           teacher            numbers               lose_the_connection
session-detail           teacher            too_few               -
session-detail           teacher            nobody                -
session-detail           teacher            paused                -
session-detail           teacher            paused_empty          -
session-detail           teacher            pulse_only            -
session-detail           teacher            ending                -
session-detail           teacher            ended                 open_all_that_folds
session-detail           teacher            ended_empty           -
session-detail           teacher            hostile               -
session-compact          teacher            numbers               -
session-edit             teacher            numbers               -
session-delete           teacher            ended                 -
people                   admin              -                     -
people                   teacher            -                     -
policy                   admin              -                     -
policy-records           admin              -                     -
policy-assessment        admin              -                     -
audit                    admin              -                     -
audit                    admin              -                     search_for_nothing
totals                   admin              -                     -
totals                   admin              -                     search_for_nothing
"""

# URLs that answer with no page: files, pictures, numbers, and forms' targets.
NO_PAGE = """
api-course-detail api-course-list api-nothing api-schema api-session-detail
api-session-end api-session-export api-session-list api-session-minutes
api-session-pause api-session-resume api-session-snapshot api-session-start
api-token-revoke healthz invitation-revoke join-choices join-my-data-export
join-my-data-receipt join-pulse logout metrics readyz session-csv session-end
session-json session-pause session-qr session-resume session-start session-timeline
"""


@dataclass(frozen=True)
class State:
    url: str
    visitor: str
    place: str
    act: str

    def __str__(self):
        parts = [self.url, self.visitor, self.place, self.act]
        return "-".join(p.removeprefix("code:") for p in parts if p != "-")


STATES = [State(*line.split()) for line in TABLE.strip().splitlines()]
WITHOUT_PAGE = set(NO_PAGE.split())


def log_in_wrongly(page):
    page.get_by_label("E-mail").fill("nobody@school.example")
    page.get_by_label("Password", exact=True).fill("not my password")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("alert").wait_for()


def log_in_locked_out(page):
    page.get_by_label("E-mail").fill(LOCKED)
    page.get_by_label("Password", exact=True).fill("not my password")
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("heading", name="Too many attempts").wait_for()


def ask_too_often(page):
    form = {
        "csrfmiddlewaretoken": page.locator(
            "main [name=csrfmiddlewaretoken]"
        ).input_value(),
        "email": "nobody@school.example",
    }
    answers = (page.request.post(page.url, form=form) for _ in range(25))
    assert any(answer.status == 429 for answer in answers)
    page.locator("main [name=email]").fill(form["email"])
    page.locator("main form button").click()
    page.get_by_role("heading", name="That was a bit much").wait_for()


def type_a_wrong_code(page):
    page.locator("main input[name=code]").fill("WRONG")
    page.locator("main form button").click()
    page.locator(".errorlist").wait_for()


def open_an_operation(page):
    page.get_by_role("heading", name=re.compile("Classmood API")).wait_for()
    page.locator("#operations-courses-courses_create .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").wait_for()


def say_yes(page):
    page.locator("input[name=expression][value=yes]").check()


def open_choices(page):
    page.get_by_role("button", name="Your choices").click()
    page.get_by_role("dialog").wait_for()


def ask_to_leave(page):
    page.get_by_role("button", name="Leave", exact=True).click()
    page.get_by_role("dialog").wait_for()


def leave(page):
    page.get_by_role("button", name="Leave", exact=True).click()
    page.get_by_role("button", name="Leave and delete").click()
    page.get_by_text("Receipt", exact=True).click()


def let_the_camera_run(page):
    page.locator("[data-scores-empty]").wait_for(state="hidden", timeout=30_000)


def pause_the_camera(page):
    page.get_by_role("button", name="Pause camera").click()
    page.get_by_role("button", name="Turn camera on").wait_for()


def go_on_in_another_tab(page):
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("[data-student][data-state=other_tab]").wait_for(timeout=15_000)
    other.close()


def be_denied_the_camera(page):
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => "
        "Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.reload()
    page.locator("[data-camera-problem]").wait_for()


def tap(page):
    page.get_by_role("button", name="All good").click()
    page.get_by_text("Counts until").wait_for()


def make_a_token(page):
    page.get_by_label("Name").fill("Term report")
    page.get_by_role("button", name="Make the token").click()
    page.get_by_role("heading", name="Your new token").wait_for()


def search_for_nothing(page):
    page.goto(f"{page.url}?since=2999-01-01")
    page.locator(".empty").wait_for()


def open_the_account_menu(page):
    page.locator("summary", has_text="Your account").click()


def send_it_blank(page):
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main form button").click()
    page.locator(".errorlist").first.wait_for()


def open_all_that_folds(page):
    page.locator(".u-wrap").first.wait_for()
    page.evaluate(
        "document.querySelectorAll('main details').forEach((d) => (d.open = true))"
    )
    page.locator("tbody tr").first.wait_for()


def look_at_one_expression(page):
    page.get_by_role("button", name="Happy").click()
    page.locator("[data-choose=happy][aria-pressed=true]").wait_for()


def ask_to_end(page):
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("dialog").wait_for()


def lose_the_connection(page):
    page.route_web_socket("**/ws/**", lambda socket: socket.close())
    page.reload()
    page.get_by_text("Disconnected, trying again").wait_for()
