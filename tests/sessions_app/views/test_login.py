import re

import pytest
from django.test import Client
from django.urls import reverse

from sessions_app.enums import AuditAction
from sessions_app.models import AuditEntry, LogIn
from tests.sessions_app.factories import PASSWORD, UserFactory
from tests.sessions_app.views.new_passwords import NEW, choose_password

pytestmark = pytest.mark.django_db


def log_in(client, email, password=PASSWORD):
    return client.post(reverse("login"), {"username": email, "password": password})


def test_an_address_logs_in_in_any_case(client, teacher):
    response = log_in(client, teacher.email.upper())

    assert response.url == reverse("home")
    assert client.get(response.url).status_code == 200


def test_other_letters_are_another_address(client):
    """PostgreSQL finds them alike, and each would be locked out by itself."""
    UserFactory(email="kim@school.example")

    assert log_in(client, "k\u0131m@school.example").status_code == 200
    assert log_in(client, "kim@school.example").status_code == 302


def test_a_closed_account_does_not_log_in(client, teacher):
    teacher.is_active = False
    teacher.save()

    assert log_in(client, teacher.email).status_code == 200
    assert client.get(reverse("session-list")).status_code == 302


def test_closing_an_account_ends_its_open_logins(browser_of, teacher):
    browser = browser_of(teacher)
    teacher.is_active = False
    teacher.save()

    assert browser.get(reverse("session-list")).status_code == 302


def test_guessing_locks_an_address_out_whatever_its_case(client, teacher, settings):
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 4
    for email in [teacher.email, teacher.email.upper()] * 2:
        response = log_in(client, email, "wrong")

    assert response.status_code == 429
    assert "registration/locked.html" in [t.name for t in response.templates]
    assert log_in(client, teacher.email).status_code == 429


def test_the_old_password_is_guessed_no_more_often_than_a_log_in(
    browser_of, teacher, settings
):
    browser, page = browser_of(teacher), reverse("password_change")
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 4
    chosen = {"new_password1": NEW, "new_password2": NEW}
    for _ in range(4):
        response = browser.post(page, chosen | {"old_password": "wrong"})

    assert response.status_code == 429
    assert browser.post(page, chosen | {"old_password": PASSWORD}).status_code == 429
    teacher.refresh_from_db()
    assert teacher.check_password(PASSWORD)
    assert AuditEntry.objects.filter(action=AuditAction.REFUSED).exists()


@pytest.mark.usefixtures("stopped")
def test_trying_many_addresses_is_limited_by_where_it_comes_from(
    client, teacher, settings
):
    settings.FER_LOGIN_RATE = "3/m"
    for number in range(3):
        guess = log_in(client, f"person{number}@school.example", "chalk")
        assert guess.status_code == 200

    assert log_in(client, teacher.email).status_code == 429
    elsewhere = Client(REMOTE_ADDR="10.0.0.2")
    assert log_in(elsewhere, teacher.email).status_code == 302


def test_a_new_password_ends_the_lock_out(client, teacher, settings, mailoutbox):
    settings.AXES_ENABLED = True
    settings.AXES_FAILURE_LIMIT = 1
    assert log_in(client, teacher.email, "wrong").status_code == 429

    choose_password(client, teacher, mailoutbox)

    assert log_in(client, teacher.email, NEW).status_code == 302


def test_login_does_not_lead_to_another_site(client, teacher):
    response = client.post(
        reverse("login") + "?next=https://evil.example/",
        {"username": teacher.email, "password": PASSWORD},
    )

    assert response.url == reverse("home")


def test_a_forgotten_password_is_reset_by_mail(client, teacher, mailoutbox):
    response = choose_password(client, teacher, mailoutbox)

    assert response.url == reverse("password_reset_complete")
    assert log_in(client, teacher.email, NEW).status_code == 302


def test_the_link_of_a_reset_mail_is_in_no_row(client, teacher, mailoutbox):
    """Django would keep it in the session of who follows it, and never finishes."""
    client.post(reverse("password_reset"), {"email": teacher.email})
    link = re.search(r"http://testserver(/password-reset/\S+)", mailoutbox[0].body)[1]

    assert "New password" in client.get(link).content.decode()

    assert not LogIn.objects.exists()


def test_an_unknown_address_is_answered_like_a_known_one(client, teacher, mailoutbox):
    known = client.post(reverse("password_reset"), {"email": teacher.email})
    unknown = client.post(reverse("password_reset"), {"email": "no@school.example"})

    assert known.url == unknown.url
    assert len(mailoutbox) == 1


@pytest.mark.usefixtures("stopped")
def test_reset_mails_are_limited_by_address(client):
    statuses = [
        client.post(reverse("password_reset"), {}).status_code for _ in range(11)
    ]

    assert statuses == [200] * 10 + [429]
