"""Every cookie that a production server sets, as a browser behind HTTPS gets it."""

import pytest

from tests.production_server import production_server

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def server():
    with production_server() as running:
        yield running


def everything(server):
    """What staff and a student do that sets a cookie."""
    teacher, student = server.browser(), server.browser()
    assert teacher.log_in().status == 302
    made = teacher.send(
        "/sessions/new/", title="Algebra", frame_interval_s="2", pulse_on="on"
    )
    detail = made.headers["Location"]
    teacher.send("/policy/", jurisdiction="other", min_group="12",
                 sessions_kept_days="90", audit_kept_days="400")  # fmt: skip
    code = server.shell(
        "from sessions_app.models import ClassSession; "
        "print(ClassSession.objects.get().join_code)"
    ).strip()
    assert teacher.send(f"{detail}start/", page=detail).status == 302
    assert student.send(f"/j/{code}/", pulse="yes").status == 302
    return [c for c in teacher.given + student.given if c.value]


def test_every_cookie_is_bound_to_this_host_and_to_https(server):
    cookies = everything(server)

    kinds = {cookie.key.removeprefix("__Host-").split("-")[0] for cookie in cookies}
    assert {"sessionid", "csrftoken", "messages", "student"} <= kinds
    for cookie in cookies:
        name = cookie.key
        assert name.startswith("__Host-")
        assert cookie["secure"], name
        assert (cookie["path"], cookie["domain"]) == ("/", ""), name
        assert cookie["httponly"], name
        assert cookie["samesite"] == "Lax", name


def test_a_planted_cookie_without_the_prefix_is_nobody(server):
    browser = server.browser()
    assert browser.log_in().status == 302
    session = browser.jar.pop("__Host-sessionid")

    browser.jar["sessionid"] = session
    assert browser.get("/sessions/").status == 302

    browser.jar["__Host-sessionid"] = session
    assert browser.get("/sessions/").status == 200
