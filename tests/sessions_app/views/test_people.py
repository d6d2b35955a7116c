import re

import pytest
from django.urls import reverse

from sessions_app.models import User
from tests.sessions_app.factories import PASSWORD, InvitationFactory

pytestmark = pytest.mark.django_db


def invite(browser, email="dora@school.example"):
    return browser.post(
        reverse("people"), {"email": email, "role": "teacher"}, follow=True
    )


def welcome(token):
    return reverse("invitation-accept", args=[token])


def link_in(text):
    """The path of the link of an invitation, as its reader finds it."""
    return re.search(r"http://testserver(/welcome/[\w-]{43}/)", text)[1]


def test_the_invited_choose_a_password_and_are_in(boss, browser_of, client, mailoutbox):
    invite(browser_of(boss))
    path = link_in(mailoutbox[0].body)
    answers = {"name": "Dora", "password1": PASSWORD, "password2": PASSWORD}

    response = client.post(path, answers)

    assert response.url == reverse("session-list")
    assert client.get(response.url).context["user"].name == "Dora"
    assert client.get(path).status_code == 410


def test_the_link_is_shown_too_for_schools_without_mail(boss, browser_of, monkeypatch):
    def no_server(**mail):
        raise ConnectionRefusedError

    monkeypatch.setattr("sessions_app.services.people.send_invitation", no_server)

    response = invite(browser_of(boss))

    [message] = response.context["messages"]
    assert browser_of(boss).get(link_in(message.message)).status_code == 200
    assert message.level_tag == "warning"


def test_the_page_lists_people_and_open_invitations(boss, teacher, browser_of):
    invitation = InvitationFactory(invited_by=boss)

    context = browser_of(boss).get(reverse("people")).context

    assert list(context["users"]) == [teacher, boss]
    assert list(context["invitations"]) == [invitation]


def test_a_revoked_invitation_is_over(boss, browser_of, client):
    invitation = InvitationFactory(token="the-link")

    browser_of(boss).post(reverse("invitation-revoke", args=[invitation.pk]))

    assert client.get(welcome("the-link")).status_code == 410


def test_a_mistyped_password_makes_no_account(client):
    InvitationFactory(token="the-link")
    answers = {"name": "Dora", "password1": PASSWORD, "password2": "other"}

    response = client.post(welcome("the-link"), answers)

    assert list(response.context["form"].errors) == ["password2"]
    assert not User.objects.filter(name="Dora").exists()


def test_an_unknown_token_says_no_more_than_an_old_one(client):
    assert client.get(welcome("x" * 43)).status_code == 410
