"""What an account opened ends with it, for good, whichever door changed the account."""

import datetime as dt
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import authenticate
from django.contrib.auth.signals import user_logged_in
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from sessions_app.models import (
    ApiToken,
    AuditEntry,
    CalendarFeed,
    Invitation,
    LogIn,
    LtiLink,
    LtiPlatform,
    Policy,
    User,
    Webhook,
)
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


class Meanwhile:
    """Middleware behind the log-in: what it is told to do happens while a request is under way."""

    def __init__(self, get_response):
        self._get_response = get_response

    def __call__(self, request):
        assert request.user.is_authenticated
        type(self).does()
        return self._get_response(request)


def new_password(user, boss):
    people.choose_password(user=User.objects.get(pk=user.pk), password=NEW, how="test")


def closed(user, boss):
    people.change(user=user, by=boss, is_active=False)


def made_a_teacher(user, boss):
    people.change(user=user, by=boss, role="teacher")


DOORS = {
    "api-tokens": {"name": "R", "scope": "read", "days": 30},
    "calendar": {"meeting_links": "on"},
    "people": {"email": "eve@school.example", "role": "admin"},
    "lti-link": {},
    "lti-platforms": {
        "name": "LMS",
        "issuer": "https://lms.example.org",
        "client_id": "c",
        "auth_url": "https://lms.example.org/auth",
        "jwks_url": "https://lms.example.org/keys",
        "pages": "https://lms.example.org",
    },
    "webhooks": {"url": "https://a.example/", "kind": "chat", "events": "report.ready"},
    "policy": {
        "jurisdiction": "other",
        "expression_on": "on",
        "min_group": "10",
        "sessions_kept_days": "90",
        "audit_kept_days": "400",
    },
    "person": {"name": "Mallory", "role": "admin"},
}


@pytest.mark.parametrize("change", [new_password, closed, made_a_teacher])
@pytest.mark.parametrize("door", DOORS)
def test_a_request_under_way_makes_nothing_that_outlives_the_change(
    change, door, admin, boss, browser_of, settings, monkeypatch
):
    browser = browser_of(admin)
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, f"{__name__}.Meanwhile"]
    monkeypatch.setattr(Meanwhile, "does", lambda: change(admin, boss), raising=False)

    mallory = UserFactory()
    place = [mallory.pk] if door == "person" else []
    answer = browser.post(reverse(door, args=place), DOORS[door])

    assert answer.status_code == 403
    assert not User.objects.get(pk=mallory.pk).is_admin
    assert not Webhook.objects.exists()
    assert not Policy.objects.exists()
    assert not ApiToken.objects.exists()
    assert not CalendarFeed.objects.exists()
    assert not Invitation.objects.exists()
    assert not LtiLink.objects.exists()
    assert not LtiPlatform.objects.exists()


def test_a_log_in_under_way_is_none_of_an_account_that_is_opened_again(
    teacher, boss, client
):
    def close(**_):
        people.change(user=teacher, by=boss, is_active=False)

    user_logged_in.connect(close)
    try:
        sent = {"username": teacher.email, "password": PASSWORD}
        answer = client.post(reverse("login"), sent)
    finally:
        user_logged_in.disconnect(close)
    people.change(user=teacher, by=boss, is_active=True)

    assert answer.status_code == 400
    assert not is_in(client)


@pytest.mark.parametrize("change", [new_password, closed])
@pytest.mark.parametrize("door", ["password_change", "second-factor-off"])
def test_the_old_password_does_nothing_once_there_is_a_new_one(
    change, door, admin, boss, browser_of, monkeypatch
):
    """Checking and making one takes a while, in which its owner may be faster."""
    Authenticator.objects.create(user=admin, type="totp", data={})
    check, module = authenticate, "sessions_app.forms.people"
    module = module if door == "password_change" else "sessions_app.forms.second_factor"

    def then_change(*args, **credentials):
        found = check(*args, **credentials)
        change(admin, boss)
        return found

    monkeypatch.setattr(f"{module}.authenticate", then_change)
    sent = {
        "old_password": PASSWORD,
        "password": PASSWORD,
        "new_password1": "of-a-thief-and-long",
        "new_password2": "of-a-thief-and-long",
    }
    answer = browser_of(admin).post(reverse(door), sent)

    assert answer.status_code == 403
    assert not User.objects.get(pk=admin.pk).check_password("of-a-thief-and-long")
    assert Authenticator.objects.exists()
