"""What is done on a page to bring it into a state; states.py names these."""

import json
import re

from tests.e2e.staged import LOCKED
from tests.sessions_app.factories import PASSWORD


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
    page.get_by_role("heading", name="Too many requests").wait_for()


def type_a_wrong_code(page):
    page.locator("main input[name=code]").fill("WRONG")
    page.locator("main form:has([name=code]) button").click()
    page.locator(".errorlist").wait_for()


def give_the_password(page):
    page.locator("main input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.locator("main input[name=name]").wait_for()


def open_an_operation(page):
    page.get_by_role("heading", name=re.compile("Classmood API")).wait_for()
    page.locator("#operations-courses-courses_create .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").wait_for()


def say_yes(page):
    page.locator("input[name=expression][value=yes]").check()


def open_the_facts(page):
    for facts in page.locator("main details > summary").all():
        facts.click()


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


def preview_a_place(page):
    page.get_by_role("combobox", name="Rules of").select_option("United Kingdom")
    page.get_by_role("button", name="Preview what would change").click()
    page.get_by_role("heading", name="Preview: United Kingdom").wait_for()


def let_the_camera_run(page):
    page.locator("[data-scores-empty]").wait_for(state="hidden")


def pause_the_camera(page):
    page.get_by_role("button", name="Pause camera").click()
    page.get_by_role("button", name="Turn camera on").wait_for()


def go_on_in_another_tab(page):
    other = page.context.new_page()
    other.goto(page.url)
    page.locator("[data-student][data-state=other_tab]").wait_for()
    other.close()


# The server's news as of a school whose devices read, and what the Worker says of its engine.
READ_HERE = """([inference, messages]) => {
  const told = { type: "session", inference };
  globalThis.Worker = class extends Worker {
    set onmessage(handler) {
      super.onmessage = ({ data }) => {
        if (data.type === "session") {
          handler({ data: { ...data, ...told } });
          messages.forEach((message) => handler({ data: message }));
        } else if (data.type !== "engine") handler({ data });
      };
    }
  };
}"""


def _read_here(page, inference, *messages):
    """As the page is where devices read; test_device.py has real engines that fail."""
    page.add_init_script(f"({READ_HERE})({json.dumps([inference, messages])})")
    page.reload()


def get_its_engine(page):
    engine = {"type": "engine", "is": "loading", "share": 0.45}
    _read_here(page, "device", engine)
    page.get_by_text("getting ready to read pictures: 45").wait_for()


def read_on_this_device(page):
    _read_here(page, "either", {"type": "engine", "is": "ready"})
    page.get_by_text("Pictures are read on this device.").wait_for()


def be_offline_and_read(page):
    lost = {"type": "link", "state": "waiting", "code": 1006}
    _read_here(page, "device", {"type": "engine", "is": "ready"}, lost)
    page.get_by_text("This device goes on reading").wait_for()


def be_unable_to_read(page):
    _read_here(page, "device", {"type": "engine", "is": "failed", "kind": "memory"})
    page.get_by_text("This device has too little free memory").wait_for()


def let_the_server_read_instead(page):
    _read_here(page, "either", {"type": "engine", "is": "failed", "kind": "too_old"})
    page.get_by_text("So your pictures are read on the school's server.").wait_for()


def be_older_than_the_server(page):
    _read_here(page, "device", {"type": "link", "state": "closed", "code": 4406})
    page.get_by_role("heading", name="This page is older than the server.").wait_for()


def be_denied_the_camera(page):
    page.add_init_script(
        "navigator.mediaDevices.getUserMedia = () => "
        "Promise.reject(new DOMException('', 'NotAllowedError'))"
    )
    page.reload()
    page.locator("[data-camera-problem]").wait_for()


def tap(page):
    page.get_by_role("button", name="All good").click()
    page.get_by_text("Your tap counts until").wait_for()


def make_a_token(page):
    page.get_by_label("Name").fill("Term report")
    page.get_by_role("button", name="Create token").click()
    page.get_by_role("heading", name="Your new token").wait_for()


def invite_somebody(page):
    page.get_by_label("E-mail address").fill("dora@school.example")
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_role("button", name="Copy the link").wait_for()


def search_for_nothing(page):
    page.goto(f"{page.url}?since=2999-01-01")
    page.locator(".empty").wait_for()


def register_a_webhook(page):
    page.get_by_label("Address").fill("https://hooks.school.example/classmood")
    page.get_by_role("button", name="Add the webhook").click()
    page.locator(".made-once").wait_for()


def look_at_what_was_not_sent(page):
    page.locator("[name=state]").select_option("given_up")
    page.wait_for_url("**state=given_up")
    page.get_by_role("button", name="Send again to").first.wait_for()


def turn_the_period_around(page):
    page.goto(f"{page.url}?since=2026-11-08&until=2026-11-07")
    page.locator(".errorlist").wait_for()


def save_a_view_without_a_name(page):
    page.locator("summary", has_text="Save this view").click()
    page.evaluate("document.querySelector('.saved-views form').noValidate = true")
    page.get_by_role("button", name="Save view").click()
    page.locator(".errorlist").wait_for()


def add_up_by_course(page):
    page.locator("[name=by]").select_option("Course")
    page.locator("[data-results=totals] th", has_text="Course").first.wait_for()


def compare_two_courses(page):
    for number, name in enumerate(["First", "Second"], start=1):
        chosen = page.get_by_role("group", name=name).get_by_label("Course")
        chosen.select_option(index=number)
    page.wait_for_url("**second-course=*")


def go_to_the_hard_part(page):
    page.locator(".looking-back .lead a").click()
    page.locator("[data-chart=pulse] [data-readout]", has_text="Lost").wait_for()


def open_the_account_menu(page):
    page.locator("summary", has_text="Your account").click()


def send_it_blank(page):
    page.evaluate("document.querySelector('main form').noValidate = true")
    page.locator("main form button").click()
    page.locator(".errorlist").first.wait_for()


def open_the_tables(page):
    page.evaluate(
        "document.querySelectorAll('main details').forEach((d) => (d.open = true))"
    )
    page.locator("tbody tr").first.wait_for()


def open_all_that_folds(page):
    page.locator(".u-wrap, figure.panel").first.wait_for()
    page.evaluate(  # but the menu, which lies over what is below it while it is open
        "document.querySelectorAll('main details:not(.menu)')"
        ".forEach((d) => (d.open = true))"
    )
    page.locator("tbody tr").first.wait_for()


def look_at_one_expression(page):
    page.get_by_role("button", name="Happy").click()
    page.locator("[data-choose=happy][aria-pressed=true]").wait_for()


def ask_to_end(page):
    page.get_by_role("button", name="End", exact=True).click()
    page.get_by_role("dialog").wait_for()


def hear_of_an_interruption(page):
    def tell(browser):
        def pass_on(message):
            browser.send(json.dumps({**json.loads(message), "trouble": "database"}))

        browser.connect_to_server().on_message(pass_on)

    page.route_web_socket("**/dashboard/", tell)
    page.reload()
    page.get_by_text("the database does not answer").wait_for()


def lose_the_connection(page):
    page.route_web_socket("**/ws/**", lambda socket: socket.close())
    page.reload()
    page.get_by_text("Disconnected, trying again").wait_for()


def add_nobody(page):
    page.get_by_label("E-mail address").fill("nobody@school.example")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_text("No open account has this address").wait_for()


def make_an_address(page):
    # Another look at this state may have made one before.
    page.get_by_role("button", name=re.compile("(Make|Replace) the address")).click()
    page.get_by_role("button", name="Copy the address").wait_for()
