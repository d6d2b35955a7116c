"""What no page shows is not read through the address either, digit by digit."""

import re

import pytest

from tests.sessions_app.privacy.browser import ADMIN, TEACHER, Browser

pytestmark = pytest.mark.real

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz$-"
LISTS = ["user", "course", "classsession", "classminute", "policy", "auditentry"]


@pytest.fixture(scope="module")
def admin(server):
    with Browser(server.url) as browser:
        yield browser.log_in(ADMIN)


@pytest.fixture(scope="module")
def student(server):
    """The id and name of somebody who joined, as the database holds them."""
    with Browser(server.url) as teacher, Browser(server.url) as student:
        teacher.log_in(TEACHER)
        made = teacher.submit(
            "/sessions/new/", title="Maths", pulse_on="on", frame_interval_s="2"
        )
        code = made.text.split("/j/")[1].split("/")[0]
        teacher.submit(f"{made.url.path}start/", page=made.url.path)
        student.submit(f"/j/{code}/", display_name="Zoe", pulse="yes")
        mine = student.get(f"/j/{code}/my-data/export/").json()
    return mine["participant"]


def learnt(admin, path, lookup, *, about):
    """What an admin learns of a value by asking whether it begins so, as reported."""
    known = ""
    while len(known) < 4:
        rows = {}
        for digit in DIGITS:
            answer = admin.get(path, params=about | {lookup: known + digit})
            rows[digit] = answer.text.count('<th class="field-')
        telling = [digit for digit in DIGITS if rows[digit]]
        if not telling or len(set(rows.values())) == 1:
            return known
        known += telling[0]
    return known


@pytest.mark.parametrize(
    ("table", "lookup", "about"),
    [
        ("user", "password__startswith", {"email": TEACHER}),
        ("user", "password__startswith", {"q": TEACHER}),
        ("user", "class_sessions__participants__id__startswith", {}),
        ("classsession", "participants__id__startswith", {}),
        ("classsession", "participants__display_name__startswith", {}),
        ("classsession", "teacher__password__startswith", {}),
        ("classsession", "join_code__startswith", {}),
        ("course", "class_sessions__join_code__startswith", {}),
        ("classminute", "session__participants__id__startswith", {}),
    ],
)
def test_nothing_is_learnt_digit_by_digit(admin, student, table, lookup, about):
    path = f"/admin/sessions_app/{table}/"

    assert learnt(admin, path, lookup, about=about) == ""


@pytest.mark.parametrize("table", LISTS)
def test_an_admins_list_takes_its_filters_its_order_and_a_search(admin, student, table):
    path = f"/admin/sessions_app/{table}/"

    for query in ({}, {"o": "1"}, {"o": "-1.2"}, {"o": "99"}, {"p": "1"}, {"e": "1"}):
        assert admin.get(path, params=query).status_code == 200
    assert "Zoe" not in admin.get(path, params={"q": student["id"]}).text
    assert admin.get(path, params={"q": "Zoe"}).status_code == 200


@pytest.mark.parametrize("padding", ["q={}", "p={}1&q="], ids=["search", "page"])
def test_no_padding_hides_from_the_audit_what_was_searched_for(admin, padding):
    path = "/admin/sessions_app/user/?" + padding.format("0" * 500) + TEACHER

    assert admin.get(path).status_code == 400
    assert TEACHER in admin.get(f"/admin/sessions_app/user/?q={TEACHER}").text


def test_the_filters_that_are_offered_still_work(admin):
    path = "/admin/sessions_app/user/"

    found = admin.get(path, params={"role__exact": "admin"}).text

    assert ADMIN in found
    assert TEACHER not in found


@pytest.mark.parametrize("name", ["password", "participants", "consents", "last_login"])
def test_a_list_is_not_opened_by_another_column(admin, name):
    path = "/admin/sessions_app/user/"

    assert admin.get(path, params={"_to_field": name}).status_code == 400


@pytest.mark.parametrize("table", ["accessattempt", "accesslog", "accessfailurelog"])
def test_a_librarys_tables_have_no_list(admin, table):
    assert admin.get(f"/admin/axes/{table}/").status_code == 404


def test_the_admin_site_does_not_tell_that_the_first_student_has_joined(admin, server):
    with Browser(server.url) as teacher, Browser(server.url) as student:
        teacher.log_in(TEACHER)
        made = teacher.submit(
            "/sessions/new/", title="Art", pulse_on="on", frame_interval_s="2"
        )
        code = made.text.split("/j/")[1].split("/")[0]
        page = f"/admin/sessions_app/{made.url.path.replace('sessions', 'classsession')[1:]}change/"
        before = shown_on(admin, page)

        student.submit(f"/j/{code}/", pulse="yes")

        assert "Art" in before
        assert shown_on(admin, page) == before


def shown_on(admin, page):
    """What its fields say."""
    return re.findall(r'<div class="readonly">(.*?)</div>', admin.get(page).text, re.S)


def test_the_admin_site_completes_nothing(admin):
    """It listed staff and classes for every search, without an entry in the audit."""
    about = {"app_label": "sessions_app", "model_name": "course", "term": ""}

    answer = admin.get("/admin/autocomplete/", params=about | {"field_name": "teacher"})

    assert answer.status_code == 404
