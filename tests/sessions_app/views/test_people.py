import re

import pytest
from django.test import Client
from django.urls import reverse

from sessions_app.models import Invitation, User
from tests.sessions_app.factories import PASSWORD, InvitationFactory, UserFactory

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

    assert response.url == reverse("home")
    assert client.get(response.url).context["user"].name == "Dora"
    assert client.get(path).status_code == 410


def test_the_link_is_shown_too_for_schools_without_mail(boss, browser_of, settings):
    settings.FER_MAIL_RATE = "1/h"
    browser = browser_of(boss)
    invite(browser)
    again = reverse("invitation-again", args=[Invitation.objects.get().pk])

    response = browser.post(again)

    assert "has received too many e-mails" in response.content.decode()
    link = response.context["made"]["link"]
    assert browser_of(boss).get(link_in(link)).status_code == 200


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


def test_sending_again_makes_a_new_link_and_ends_the_old_one(
    boss, browser_of, client, mailoutbox
):
    browser = browser_of(boss)
    first = invite(browser).context["made"]["link"]
    again = reverse("invitation-again", args=[Invitation.objects.get().pk])

    page = browser.post(again)

    second = page.context["made"]["link"]
    assert f'data-copy="{second}"' in page.content.decode()
    assert second in mailoutbox[1].body
    assert client.get(link_in(first)).status_code == 410
    assert client.get(link_in(second)).status_code == 200
    assert "no-store" in page["Cache-Control"]


def test_sending_again_twice_sends_one_mail_and_shows_the_same_link(
    boss, browser_of, mailoutbox
):
    browser = browser_of(boss)
    invite(browser)
    again = reverse("invitation-again", args=[Invitation.objects.get().pk])
    form = browser.get(reverse("people")).content.decode()
    key = re.search(rf'action="{again}".*?name="once" value="([^"]+)"', form, re.S)[1]

    pages = [browser.post(again, {"once": key}) for _ in range(2)]

    first, second = [page.context["made"]["link"] for page in pages]
    assert first == second
    assert len(mailoutbox) == 2
    assert Invitation.objects.count() == 1


# --- accounts -------------------------------------------------------------------------


def test_an_admin_changes_a_role_and_closes_and_opens_an_account(
    boss, teacher, browser_of
):
    browser = browser_of(boss)
    person = reverse("person", args=[teacher.pk])

    browser.post(person, {"name": "Alicia", "role": "admin"})
    teacher.refresh_from_db()
    assert (teacher.name, teacher.role) == ("Alicia", "admin")

    browser.post(reverse("person-close", args=[teacher.pk]))
    teacher.refresh_from_db()
    assert not teacher.is_active
    assert "Open the account again" in browser.get(person).content.decode()

    browser.post(reverse("person-open", args=[teacher.pk]))
    teacher.refresh_from_db()
    assert teacher.is_active


def test_the_only_admin_is_offered_nothing_that_would_be_refused(boss, browser_of):
    browser = browser_of(boss)
    close = reverse("person-close", args=[boss.pk])

    page = browser.get(reverse("person", args=[boss.pk]))
    refused = browser.post(close, follow=True)
    browser.post(reverse("person", args=[boss.pk]), {"name": "C", "role": "teacher"})

    assert close not in page.content.decode()
    assert "role" not in page.context["form"].fields
    assert "This is the only admin." in refused.content.decode()
    boss.refresh_from_db()
    assert boss.is_staff


def test_an_admin_who_closes_the_own_account_is_out(boss, browser_of):
    UserFactory(admin=True)
    browser = browser_of(boss)

    page = browser.post(reverse("person-close", args=[boss.pk]))

    assert page.url == reverse("home")
    assert browser.get(reverse("session-list")).status_code == 302


def test_everybody_changes_the_own_name_and_nothing_else(teacher, browser_of):
    browser = browser_of(teacher)

    browser.post(
        reverse("security"), {"name": "Alicia", "role": "admin", "email": "x@x.example"}
    )

    before = teacher.email
    teacher.refresh_from_db()
    assert (teacher.name, teacher.role, teacher.email) == ("Alicia", "teacher", before)


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1"
)


def logged_in(user, agent):
    browser = Client(headers={"User-Agent": agent})
    browser.post(reverse("login"), {"username": user.email, "password": PASSWORD})
    return browser


def is_in(browser):
    return browser.get(reverse("session-list")).status_code == 200


def devices(page):
    return [log_in.device_words for log_in in page.context["log_ins"]]


def test_people_see_where_they_are_logged_in_and_end_one_or_all_others(teacher):
    phone, desk, desk_two = (
        logged_in(teacher, agent) for agent in (IPHONE, FIREFOX, FIREFOX)
    )
    page = desk.get(reverse("security"))
    assert sorted(devices(page)) == [
        "Firefox on Linux",
        "Firefox on Linux",
        "Safari on iPhone",
    ]
    assert phone.session.session_key not in page.content.decode()
    [one] = [x for x in page.context["log_ins"] if "iPhone" in x.device_words]
    end = reverse("person-log-ins-end", args=[teacher.pk])

    desk.post(end, {"log_in": one.session_key})
    assert (is_in(phone), is_in(desk), is_in(desk_two)) == (False, True, True)

    desk.post(end)
    assert (is_in(desk), is_in(desk_two)) == (True, False)
    assert devices(desk.get(reverse("security"))) == ["Firefox on Linux"]


def test_an_admin_ends_the_log_ins_and_tokens_of_others(
    boss, teacher, browser_of, program_of
):
    phone, program = logged_in(teacher, IPHONE), program_of(teacher)
    assert program.get(reverse("api-course-list")).status_code == 200
    browser = browser_of(boss)

    page = browser.get(reverse("person", args=[teacher.pk]))
    assert devices(page) == ["Safari on iPhone"]
    [token] = page.context["tokens"]
    assert token.used_at is not None

    browser.post(reverse("person-log-ins-end", args=[teacher.pk]))
    browser.post(reverse("person-tokens-revoke", args=[teacher.pk]))

    assert not is_in(phone)
    assert program.get(reverse("api-course-list")).status_code == 401
    assert is_in(browser)


def test_nobody_ends_the_log_ins_or_tokens_of_a_colleague(
    teacher, colleague, browser_of, program_of
):
    phone, program = logged_in(teacher, IPHONE), program_of(teacher)
    browser = browser_of(colleague)

    for name in ("person-log-ins-end", "person-tokens-revoke"):
        assert browser.post(reverse(name, args=[teacher.pk])).status_code == 404

    assert is_in(phone)
    assert program.get(reverse("api-course-list")).status_code == 200
