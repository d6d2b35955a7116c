"""What an account opened ends with it, for good, whichever door changed the account."""

import datetime as dt
import re

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from sessions_app.models import ApiToken, AuditEntry, Invitation, LogIn
from sessions_app.services import people, tokens
from tests.sessions_app.factories import PASSWORD, InvitationFactory, UserFactory
from tests.sessions_app.views.new_passwords import NEW, choose_password

pytestmark = pytest.mark.django_db

LINK = "the-token-of-a-link"


@pytest.fixture
def admin(boss):
    """One of two, so that this one can go."""
    return UserFactory(name="Dana", admin=True)


def program_of(user):
    secret = tokens.issue(user=user, name="R", scope="write", lasts=dt.timedelta(9))
    return APIClient(headers={"Authorization": f"Bearer {secret}"})


def works(program):
    return program.get(reverse("api-course-list")).status_code == 200


def is_in(browser):
    return browser.get(reverse("session-list")).status_code == 200


def link_opens():
    url = reverse("invitation-accept", args=[LINK])
    return Client().get(url).status_code == 200


def by_service(user, boss, **values):
    people.change(user=user, by=boss, **values)


def by_the_row(user, boss, **values):
    for name, value in values.items():
        setattr(user, name, value)
    user.save()


@pytest.mark.parametrize("change", [by_service, by_the_row])
def test_an_account_that_is_opened_again_gets_nothing_back(
    change, admin, boss, browser_of
):
    browser, program = browser_of(admin), program_of(admin)
    InvitationFactory(invited_by=admin, token=LINK)
    assert is_in(browser)
    assert works(program)
    assert link_opens()

    change(admin, boss, is_active=False)
    assert (is_in(browser), works(program), link_opens()) == (False,) * 3

    change(admin, boss, is_active=True)
    assert (is_in(browser), works(program), link_opens()) == (False,) * 3
    assert not Invitation.objects.exists()
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize("change", [by_service, by_the_row])
def test_an_admin_who_becomes_a_teacher_keeps_the_log_in_alone(
    change, admin, boss, browser_of
):
    browser, program = browser_of(admin), program_of(admin)
    InvitationFactory(invited_by=admin, token=LINK)

    change(admin, boss, role="teacher")
    change(admin, boss, role="admin")

    assert is_in(browser)
    assert not works(program)
    assert not link_opens()


def test_a_teachers_token_never_becomes_an_admins(teacher, boss):
    program = program_of(teacher)

    people.change(user=teacher, by=boss, role="admin")

    assert not works(program)


def test_an_invitation_of_somebody_who_is_no_admin_is_over_however_that_came(admin):
    InvitationFactory(invited_by=admin, token=LINK)
    assert link_opens()

    type(admin).objects.filter(pk=admin.pk).update(role="teacher")  # past the model

    assert not link_opens()


def test_an_invitation_ends_with_the_account_of_a_deleted_admin(admin):
    InvitationFactory(invited_by=admin, token=LINK)

    admin.delete()

    assert not link_opens()


def change_on_the_page(browser, user, mailoutbox):
    page = reverse("password_change")
    answers = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert browser.post(page, answers).status_code == 302


def change_by_mail(browser, user, mailoutbox):
    choose_password(Client(), user, mailoutbox)


def change_by_command(browser, user, mailoutbox, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda **_: NEW)
    call_command("changepassword", user.email, verbosity=0)


@pytest.mark.parametrize("way", [change_on_the_page, change_by_mail, change_by_command])
def test_a_new_password_ends_tokens_and_log_ins_elsewhere(
    way, teacher, browser_of, mailoutbox, monkeypatch
):
    here, elsewhere = browser_of(teacher), browser_of(teacher)
    program = program_of(teacher)
    SocialAccount.objects.create(user=teacher, provider="oidc", uid="a thief's")

    more = [monkeypatch] if way is change_by_command else []
    way(here, teacher, mailoutbox, *more)

    assert not works(program)
    assert not ApiToken.objects.exists()
    assert not SocialAccount.objects.exists()
    assert not is_in(elsewhere)
    assert is_in(here) is (way is change_on_the_page)
    assert LogIn.objects.open().filter(user=teacher).count() == is_in(here)


@pytest.mark.parametrize("opened_again", [False, True])
def test_the_link_of_a_reset_mail_ends_with_the_account(
    teacher, mailoutbox, client, opened_again
):
    client.post(reverse("password_reset"), {"email": teacher.email})
    link = re.search(r"http://testserver(/password-reset/\S+)", mailoutbox[0].body)[1]
    assert client.get(link).context["validlink"]

    people.change(user=teacher, by=teacher, is_active=False)
    if opened_again:
        people.change(user=teacher, by=teacher, is_active=True)

    assert not client.get(link).context["validlink"]  # it says that the link is over
    client.post(link, {"new_password1": NEW, "new_password2": NEW})
    teacher.refresh_from_db()
    assert teacher.check_password(PASSWORD)


def test_a_better_hash_of_the_same_password_ends_nothing(teacher, settings, client):
    program = program_of(teacher)
    old = teacher.password
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]

    client.post(reverse("login"), {"username": teacher.email, "password": PASSWORD})

    teacher.refresh_from_db()
    assert teacher.password != old
    assert works(program)


def test_a_renamed_account_loses_nothing(teacher, boss, browser_of):
    browser, program = browser_of(teacher), program_of(teacher)

    people.change(user=teacher, by=boss, name="Alicia")

    assert is_in(browser)
    assert works(program)
    entry = AuditEntry.objects.get(action="changed")
    assert entry.detail == f"account {teacher.email}; name: Alice → Alicia"
