"""The second factor of a log-in with a password."""

import re
import threading
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from sessions_app.models import AuditEntry, LogIn
from sessions_app.services import second_factor as services
from tests.authenticator_app import code_now
from tests.sessions_app.factories import PASSWORD, InvitationFactory
from tests.sessions_app.views.new_passwords import choose_password

pytestmark = pytest.mark.django_db

WRONG = "000000"


def password(browser, user, query=""):
    sent = {"username": user.email, "password": PASSWORD}
    return browser.post(reverse("login") + query, sent)


def type_code(browser, code):
    return browser.post(reverse("second-factor"), {"code": code})


def is_in(browser):
    return browser.get(reverse("session-list")).status_code == 200


def set_up(browser, **fields):
    """Fill the page's form in as its owner does; the answer, and the app's secret."""
    page = browser.get(reverse("second-factor-on"))
    text = page.content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", text)[1]
    sealed = re.search(r'name="sealed" value="([^"]+)"', text)[1]
    sent = {"code": code_now(secret), "sealed": sealed, "password": PASSWORD}
    return browser.post(reverse("second-factor-on"), sent | fields), secret


def link_in(mail):
    """Where a new password is asked for."""
    return re.search(r"http://testserver(/password-reset/)$", mail.body, re.M)[1]


def mailed_link(mail):
    """Where the first second factor is set up."""
    return re.search(
        r"http://testserver(?::80)?(/login/code/mailed/\S+)$", mail.body, re.M
    )[1]


def codes_in(answer):
    return re.findall(r"<code>(\d{8})</code>", answer.content.decode())


@pytest.fixture
def protected(teacher, stopped, mailoutbox):
    """A teacher with a second factor: the app's secret and the recovery codes."""
    secret = services.new_secret()
    codes = services.turn_on(
        user=teacher, secret=secret, code=code_now(secret), first=True
    )
    mailoutbox.clear()  # its owner has read that it is on
    stopped.shift(60)
    return secret, codes


def test_its_owner_sets_it_up_with_an_app_and_gets_recovery_codes(
    browser_of, teacher, stopped
):
    answer, secret = set_up(browser_of(teacher))

    assert len(set(codes_in(answer))) == 10
    stopped.shift(60)
    browser = Client()
    assert password(browser, teacher).url == reverse("second-factor")
    assert not is_in(browser)
    assert type_code(browser, code_now(secret)).url == reverse("home")
    assert is_in(browser)
    details = list(AuditEntry.objects.values_list("detail", flat=True))
    said = f"account {teacher.email}; second factor turned on: authenticator app"
    assert said in details


def test_the_picture_holds_the_secret_for_an_app(browser_of, teacher, settings):
    settings.FER_SCHOOL_NAME = "St. Ada & Söhne"
    page = browser_of(teacher).get(reverse("second-factor-on"))

    link = urlsplit(page.context["link"])

    assert (link.scheme, link.netloc) == ("otpauth", "totp")
    query = parse_qs(link.query)
    assert query == {"secret": [page.context["secret"]], "issuer": ["St. Ada & Söhne"]}


def test_its_owner_reads_in_a_mail_that_somebody_turned_it_on(
    client, boss, settings, mailoutbox
):
    settings.FER_SECOND_FACTOR = "admins"
    password(client, boss)
    [link] = mailoutbox
    client.get(mailed_link(link))
    set_up(client, code=WRONG)
    assert len(mailoutbox) == 1

    set_up(client)

    [_, mail] = mailoutbox
    assert mail.to == [boss.email]
    assert mail.subject == "The second factor of your account was turned on"
    assert client.get(link_in(mail)).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"code": WRONG},
        {"code": ""},
        {"password": "wrong"},
        {"sealed": "x"},
        {"sealed": ""},
    ],
    ids=str,
)
def test_what_is_wrong_turns_nothing_on(wrong, browser_of, teacher):
    answer, _ = set_up(browser_of(teacher), **wrong)

    assert answer.context["form"].errors
    assert not services.has_one(teacher)


def test_a_wrong_code_does_not_lose_the_secret_that_the_app_has(browser_of, teacher):
    answer, secret = set_up(browser_of(teacher), code=WRONG)

    assert answer.context["secret"] == secret


def test_a_form_of_another_account_turns_nothing_on(browser_of, teacher, boss):
    page = browser_of(boss).get(reverse("second-factor-on"))

    answer, _ = set_up(
        browser_of(teacher), sealed=page.context["form"].initial["sealed"]
    )

    assert answer.context["form"].errors
    assert not Authenticator.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_set_it_up_at_once_one_is_told_that_it_is_on(
    browser_of, teacher, monkeypatch
):
    """The other would keep codes that open nothing."""
    gate, turn_on, told = threading.Barrier(2), services.turn_on, []

    def turn_on_at_once(**given):
        gate.wait(timeout=20)
        return turn_on(**given)

    def press(browser):
        told.append(codes_in(set_up(browser)[0]))
        connection.close()

    monkeypatch.setattr(services, "turn_on", turn_on_at_once)
    threads = [
        threading.Thread(target=press, args=[browser_of(teacher)]) for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(map(len, told)) == [0, 10]
    assert services.accepts(teacher, max(told)[0])


def test_nothing_readable_is_kept(protected):
    secret, codes = protected

    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert secret not in kept
    assert not [code for code in codes if code in kept]


def test_a_code_works_once_and_for_a_minute(client, teacher, protected, stopped):
    secret, _ = protected
    code = code_now(secret)
    password(client, teacher)
    type_code(client, code)

    again, late = Client(), Client()
    password(again, teacher)
    assert type_code(again, code).status_code == 200
    stopped.shift(90)
    password(late, teacher)
    type_code(late, code)

    assert [is_in(browser) for browser in (client, again, late)] == [True, False, False]


def test_a_code_works_once_while_the_redis_of_a_cluster_is_away(
    client, teacher, stopped, settings
):
    settings.CACHES = {
        "default": {
            "BACKEND": "fer_platform.cache.ForgivingRedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
    }
    secret = services.new_secret()
    of_the_set_up = code_now(secret)
    services.turn_on(user=teacher, secret=secret, code=of_the_set_up, first=True)

    password(client, teacher)
    type_code(client, of_the_set_up)
    assert not is_in(client)

    stopped.shift(30)
    for lets_in in (True, False):
        browser = Client()
        password(browser, teacher)
        type_code(browser, code_now(secret))
        assert is_in(browser) is lets_in


def test_a_recovery_code_works_once_and_its_owner_reads_that(
    client, teacher, protected, mailoutbox
):
    _, codes = protected
    for browser, lets_in in ((client, True), (Client(), False)):
        password(browser, teacher)
        type_code(browser, codes[3])
        assert is_in(browser) == lets_in

    assert AuditEntry.objects.filter(detail__contains="recovery code").count() == 1
    [mail] = mailoutbox
    assert mail.to == [teacher.email]
    assert mail.subject == "A recovery code of your account was used"
    assert not set(codes) & set(re.findall(r"\d+", mail.body))
    assert client.get(link_in(mail)).status_code == 200


@pytest.mark.parametrize("code", ["", WRONG, "١٢٣٤٥٦", "1" * 21, "\x00", "-", " "])
def test_what_is_no_code_lets_nobody_in(code, client, teacher, protected):
    password(client, teacher)

    assert type_code(client, code).context["form"].errors
    assert not is_in(client)


def test_guessing_codes_locks_as_guessing_passwords_does(
    client, teacher, protected, settings
):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 4
    password(client, teacher)
    for _ in range(4):
        answer = type_code(client, WRONG)

    assert answer.status_code == 429
    assert type_code(client, code_now(protected[0])).status_code == 429
    assert password(Client(), teacher).status_code == 429
    assert AuditEntry.objects.filter(action="refused").exists()


def test_guessing_from_many_addresses_is_limited_by_account(teacher, protected):
    answers = []
    for number in range(21):
        browser = Client(REMOTE_ADDR=f"10.0.0.{number}")
        password(browser, teacher)
        answers.append(type_code(browser, WRONG).status_code)

    assert answers == [200] * 20 + [429]


def test_the_password_is_not_skipped(client, teacher, protected):
    assert type_code(client, code_now(protected[0])).url == reverse("login")
    assert not is_in(client)


def test_half_a_log_in_lasts_ten_minutes(client, teacher, protected, stopped):
    password(client, teacher)
    stopped.shift(601)

    assert type_code(client, code_now(protected[0])).url == reverse("login")


def test_half_a_log_in_ends_with_a_new_password_and_a_closed_account(
    client, teacher, protected, mailoutbox
):
    password(client, teacher)
    choose_password(Client(), teacher, mailoutbox)
    assert type_code(client, code_now(protected[0])).url == reverse("login")

    assert services.has_one(teacher)


def test_half_a_log_in_has_a_new_session_and_opens_nothing(client, teacher, protected):
    client.get(reverse("home"))
    password(client, teacher)

    assert not LogIn.objects.filter(user=teacher).exists()
    for name in ("security", "second-factor-off", "people", "api-session-list"):
        assert client.get(reverse(name)).status_code in {302, 401, 403}


def test_the_page_that_was_wanted_follows_and_no_other_site(client, teacher, protected):
    wanted = reverse("course-list")
    password(client, teacher, f"?next={wanted}")

    assert type_code(client, code_now(protected[0])).url == wanted


@pytest.mark.parametrize("wanted", ["nothing", "%3Fx=1"])
def test_a_page_of_no_known_name_is_wanted_and_the_log_in_stays(
    wanted, client, teacher, protected
):
    password(client, teacher, f"?next={wanted}")

    assert type_code(client, protected[1][0]).status_code == 302
    assert is_in(client)


def test_its_owner_turns_it_off_with_the_password(browser_of, teacher, protected):
    browser, page = browser_of(teacher), reverse("second-factor-off")
    browser.post(page, {"password": "wrong"})
    assert services.has_one(teacher)

    assert browser.post(page, {"password": PASSWORD}).url == reverse("security")

    assert password(Client(), teacher).url == reverse("home")


def test_an_admin_turns_it_off_for_somebody_and_the_audit_says_who(
    browser_of, boss, teacher, protected
):
    browser = browser_of(boss)
    assert (
        "Turn off" in browser.get(reverse("person", args=[teacher.pk])).content.decode()
    )

    browser.post(reverse("person-second-factor-off", args=[teacher.pk]))

    assert not services.has_one(teacher)
    entry = AuditEntry.objects.filter(detail__contains="turned off").get()
    assert entry.actor == boss.email


def test_on_the_server_it_is_turned_off_for_the_last_admin(teacher, protected, capsys):
    call_command("second_factor_off", teacher.email.upper())

    assert "The password alone lets in now." in capsys.readouterr().out
    assert not services.has_one(teacher)


def off_by_its_owner(owner, boss, browser_of):
    browser_of(owner).post(reverse("second-factor-off"), {"password": PASSWORD})


def off_by_an_admin(owner, boss, browser_of):
    browser_of(boss).post(reverse("person-second-factor-off", args=[owner.pk]))


def off_on_the_server(owner, boss, browser_of):
    call_command("second_factor_off", owner.email)


@pytest.mark.parametrize(
    "turn_off", [off_by_its_owner, off_by_an_admin, off_on_the_server]
)
def test_its_owner_reads_in_a_mail_that_it_was_turned_off(
    turn_off, protected, teacher, boss, browser_of, mailoutbox
):
    for _ in range(2):  # the second one changes nothing
        turn_off(teacher, boss, browser_of)

    [mail] = mailoutbox
    assert mail.to == [teacher.email]
    assert mail.subject == "The second factor of your account was turned off"
    assert Client().get(link_in(mail)).status_code == 200


def test_who_is_not_here_any_more_gets_no_mail_about_it(protected, teacher, mailoutbox):
    teacher.is_active = False
    teacher.save()

    call_command("second_factor_off", teacher.email)

    assert not mailoutbox


def test_after_another_secret_key_its_codes_are_wrong_and_no_error(
    client, teacher, protected, settings
):
    settings.SECRET_KEY = "another one, of more than thirty-two letters"
    password(client, teacher)

    assert type_code(client, code_now(protected[0])).status_code == 200


# --- Where the operator asks for it -----------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "who", "where"),
    [
        ("optional", "boss", "home"),
        ("admins", "boss", "second-factor-on"),
        ("admins", "teacher", "home"),
        ("staff", "teacher", "second-factor-on"),
    ],
)
def test_who_must_have_one_is_told_at_the_log_in(
    asked, who, where, client, settings, request
):
    settings.FER_SECOND_FACTOR = asked

    assert password(client, request.getfixturevalue(who)).url == reverse(where)


def test_who_must_sets_it_up_and_is_in(client, boss, settings, mailoutbox):
    settings.FER_SECOND_FACTOR = "admins"
    password(client, boss, f"?next={reverse('people')}")
    assert not is_in(client)
    client.get(mailed_link(mailoutbox[-1]))

    answer, _ = set_up(client)

    assert codes_in(answer)
    assert f'href="{reverse("people")}"' in answer.content.decode()
    assert is_in(client)


def test_an_invited_admin_sets_it_up_first(client, settings):
    settings.FER_SECOND_FACTOR = "admins"
    InvitationFactory(token="welcome", role="admin")
    chosen = {"name": "Ann", "password1": PASSWORD, "password2": PASSWORD}

    answer = client.post(reverse("invitation-accept", args=["welcome"]), chosen)

    assert answer.url == reverse("second-factor-on")
    assert not is_in(client)
    assert codes_in(set_up(client)[0])  # an invitation was mailed, too
    assert is_in(client)


def test_who_knows_the_password_first_sets_nothing_up(boss, settings, mailoutbox):
    """Not at once, and not after its owner has opened the link."""
    settings.FER_SECOND_FACTOR = "admins"
    thief, owner, page = Client(), Client(), reverse("second-factor-on")
    password(thief, boss)
    asked = thief.get(page)
    assert "We sent a link" in asked.content.decode()
    assert "secret" not in asked.context

    assert owner.get(mailed_link(mailoutbox[-1])).url == page
    assert owner.get(page).url == reverse("second-factor")
    assert owner.get(reverse("second-factor")).url == reverse("login")  # no password
    assert "We sent a link" in thief.post(page, {"code": WRONG}).content.decode()
    assert not services.has_one(boss)
    assert password(owner, boss).url == page
    set_up(owner)

    assert (is_in(owner), is_in(thief)) == (True, False)
    assert len(mailoutbox) == 2  # the link, and that it is on


def closed(owner):
    owner.is_active = False
    owner.save()


def with_another_password(owner):
    owner.set_password("another one that nobody guesses")
    owner.save()


def logged_in(owner):
    Client().force_login(owner, "django.contrib.auth.backends.ModelBackend")


@pytest.mark.parametrize("become", [closed, with_another_password, logged_in])
def test_a_mailed_link_ends_with_what_it_was_made_for(
    become, client, teacher, boss, settings, mailoutbox
):
    settings.FER_SECOND_FACTOR = "staff"
    password(client, teacher)
    link = mailed_link(mailoutbox[-1])
    anothers = link.replace(f"/{teacher.pk}/", f"/{boss.pk}/")
    assert Client().get(anothers).status_code == 410

    become(teacher)

    assert Client().get(link).status_code == 410


def test_on_the_server_a_link_is_printed_where_no_mail_arrives(
    client, boss, settings, capsys
):
    settings.FER_SECOND_FACTOR = "admins"
    call_command("second_factor_link", boss.email.upper())
    link = urlsplit(capsys.readouterr().out.strip())

    client.get(link.path)
    password(client, boss)
    set_up(client)

    assert is_in(client)
