"""Passkeys as the second factor of a log-in with a password."""

import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse
from fido2.utils import websafe_decode, websafe_encode

from sessions_app.models import AuditEntry
from sessions_app.services import passkeys
from sessions_app.services import second_factor as services
from sessions_app.web import passkey_question
from tests.authenticator_app import code_now
from tests.sessions_app.factories import PASSWORD
from tests.sessions_app.views.twice import sent_twice_at_once
from tests.soft_passkey import FLAG, SoftPasskey

pytestmark = pytest.mark.django_db

ADD, ASK = "passkey-add", "second-factor"


def password(browser, user, query=""):
    sent = {"username": user.email, "password": PASSWORD}
    return browser.post(reverse("login") + query, sent)


def show_mailbox(browser, mailoutbox):
    """Open the link that was mailed at the log-in."""
    path = re.search(r"(/login/code/mailed/\S+)", mailoutbox[-1].body)[1]
    assert browser.get(path).url == reverse("second-factor-on")


def is_in(browser):
    return browser.get(reverse("session-list")).status_code == 200


def send(browser, page, answer, **fields):
    return browser.post(reverse(page), {"answer": json.dumps(answer)} | fields)


def question_for_new(browser):
    """What its owner is asked, logged in, after the password."""
    page = browser.post(reverse(ADD), {"password": PASSWORD})
    return page.context["question"]


def add(browser, key, name="Blue key"):
    return send(browser, ADD, key.made_for(question_for_new(browser)), name=name)


def log_in(user, key, browser=None, **how):
    """Give the password and use a passkey: the answer to that."""
    browser = browser or Client()
    password(browser, user)
    question = browser.get(reverse(ASK)).context["question"]
    return send(browser, ASK, key.used_for(question, **how))


def codes_in(answer):
    return re.findall(r"<code>(\d{8})</code>", answer.content.decode())


@pytest.fixture
def key():
    return SoftPasskey()


@pytest.fixture
def protected(teacher, browser_of, key, mailoutbox):
    """A teacher with a passkey: the recovery codes."""
    codes = codes_in(add(browser_of(teacher), key))
    mailoutbox.clear()  # its owner has read that it is on
    return codes


def test_its_owner_adds_one_and_logs_in_with_it(browser_of, teacher, key):
    answer = add(browser_of(teacher), key)

    assert len(set(codes_in(answer))) == 10
    browser = Client()
    assert password(browser, teacher).url == reverse(ASK)
    assert not is_in(browser)
    assert log_in(teacher, key, browser).url == reverse("home")
    assert is_in(browser)
    details = list(AuditEntry.objects.values_list("detail", flat=True))
    said = f"account {teacher.email}; second factor turned on: passkey “Blue key”"
    assert said in details


def test_its_name_and_its_last_use_are_shown(browser_of, teacher, key, protected):
    log_in(teacher, key)

    page = browser_of(teacher).get(reverse("security")).content.decode()

    assert "Blue key" in page
    [kept] = services.factors(teacher)
    assert kept.last_used_at


def test_the_page_that_was_wanted_follows(teacher, key, protected):
    browser, wanted = Client(), reverse("course-list")
    password(browser, teacher, f"?next={wanted}")
    question = browser.get(reverse(ASK)).context["question"]

    assert send(browser, ASK, key.used_for(question)).url == wanted


def test_a_lost_one_is_replaced_by_a_recovery_code(teacher, protected):
    browser = Client()
    password(browser, teacher)

    answer = browser.post(reverse(ASK), {"code": protected[0]})

    assert answer.url == reverse("home")


def test_an_app_and_two_passkeys_stand_side_by_side(
    browser_of, teacher, key, protected, mailoutbox
):
    second, browser = SoftPasskey(), browser_of(teacher)
    assert add(browser, second, "Telephone").url == reverse("security")
    page = browser.get(reverse("second-factor-on"))
    secret = page.context["secret"]
    sealed = page.context["form"].initial["sealed"]
    sent = {"code": code_now(secret), "sealed": sealed, "password": PASSWORD}
    assert browser.post(reverse("second-factor-on"), sent).url == reverse("security")

    assert [mail.subject for mail in mailoutbox] == [
        "A second factor was added to your account"
    ] * 2
    assert "Telephone" in mailoutbox[0].body
    assert all(log_in(teacher, each).status_code == 302 for each in (key, second))
    assert services.accepts(teacher, protected[0])  # no new codes came with them


# --- Refused ----------------------------------------------------------------------------


def of_another_person(key, question):
    return SoftPasskey().used_for(question)


def of_another_site(key, question):
    key.host, key.origin = "evil.example", "https://evil.example"
    return key.used_for(question)


def for_a_page_of_another_site(key, question):
    key.origin = "https://evil.example"
    return key.used_for(question)


def for_another_question(key, question):
    return key.used_for(json.dumps({"challenge": "A" * 43}))


def without_a_touch(key, question):
    return key.used_for(question, flags=FLAG(0))


def made_not_used(key, question):
    return key.used_for(question, kind="webauthn.create")


def signed_by_another(key, question):
    other = SoftPasskey()
    other.id = key.id
    return other.used_for(question)


def with_a_changed_counter(key, question):
    answer = key.used_for(question)
    data = answer["response"]["authenticatorData"]
    answer["response"]["authenticatorData"] = data[:-1] + "Q"
    return answer


WRONG_LOG_INS = [
    of_another_person,
    of_another_site,
    for_a_page_of_another_site,
    for_another_question,
    without_a_touch,
    made_not_used,
    signed_by_another,
    with_a_changed_counter,
]


@pytest.mark.parametrize("wrong", WRONG_LOG_INS)
def test_a_wrong_passkey_lets_nobody_in(wrong, client, teacher, key, protected):
    password(client, teacher)
    question = client.get(reverse(ASK)).context["question"]

    answer = send(client, ASK, wrong(key, question))

    assert "did not work" in answer.content.decode()
    assert not is_in(client)
    assert AuditEntry.objects.filter(action="refused").exists()


_DEEP = b"\x81" * 5_000  # lists in lists, as CBOR
UNREADABLE = {
    "nothing": "",
    "no JSON": "{",
    "no object": "[1]",
    "deep": "[" * 100_000,
    "empty": "{}",
    "numbers": '{"rawId": 1, "response": 2}',
    "null": '{"rawId": null, "id": null, "response": null}',
    "no base64": '{"rawId": "é!", "response": {"clientDataJSON": "%"}}',
    "no CBOR": json.dumps(
        {
            "rawId": "AAAA",
            "type": "public-key",
            "response": {
                "clientDataJSON": "e30",
                "attestationObject": "AAAA",
                "authenticatorData": "AAAA",
                "signature": "AAAA",
            },
        }
    ),
    "deep CBOR": json.dumps(
        {
            "id": "AAAA",
            "rawId": "AAAA",
            "type": "public-key",
            "response": {
                "clientDataJSON": websafe_encode(
                    b'{"type": "", "challenge": "", "origin": ""}'
                ),
                "attestationObject": websafe_encode(_DEEP),
                # Of another host, and with extensions, which come last.
                "authenticatorData": websafe_encode(
                    bytes(32) + b"\x81" + bytes(4) + _DEEP
                ),
                "signature": "AAAA",
            },
        }
    ),
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_lets_nobody_in_and_adds_nothing(
    text, client, browser_of, teacher, protected
):
    password(client, teacher)
    client.get(reverse(ASK))
    owner = browser_of(teacher)
    question_for_new(owner)

    answers = [
        client.post(reverse(ASK), {"answer": text}),
        owner.post(reverse(ADD), {"answer": text, "name": "Key"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert not is_in(client)
    assert services.factors(teacher).count() == 1


def test_what_a_browser_says_besides_is_not_kept(browser_of, teacher, key):
    """PostgreSQL takes not every text."""
    browser = browser_of(teacher)
    made = key.made_for(question_for_new(browser))
    made["clientExtensionResults"] = {"credProps": {"said": "a\x00b"}}

    answer = send(browser, ADD, made, name="Blue key")

    assert len(codes_in(answer)) == 10
    kept = services.factors(teacher).get().data["credential"]
    assert kept["clientExtensionResults"] == {}


@pytest.mark.parametrize("part", ["attestationObject", "clientDataJSON"])
def test_each_byte_changed_is_refused_or_does_no_harm(part, teacher, key):
    asked, kept = passkeys.question_for_new(teacher, "testserver")
    answer = key.made_for(asked)
    right = websafe_decode(answer["response"][part])
    given = {"user": teacher, "name": "Key", "host": "testserver", "first": False}
    refused = 0

    for place in range(len(right)):
        changed = bytearray(right)
        changed[place] ^= 0x41
        answer["response"][part] = websafe_encode(bytes(changed))
        try:
            with transaction.atomic():
                passkeys.add(answer=answer, kept=kept, **given)
        except passkeys.WrongAnswer:
            refused += 1

    assert refused > len(right) / 4  # the rest is what each key chooses freely
    used = key.used_for(passkeys.question(teacher, "testserver")[0])
    assert not passkeys.accepts(user=teacher, answer=used, kept=kept, host="testserver")


def test_an_answer_is_taken_once(client, teacher, key, protected):
    password(client, teacher)
    question = client.get(reverse(ASK)).context["question"]
    answer = key.used_for(question)
    again = Client()
    password(again, teacher)
    again.get(reverse(ASK))

    assert send(client, ASK, answer).status_code == 302
    assert send(again, ASK, answer).status_code == 200
    assert not is_in(again)


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_is_sent_twice_at_once_is_taken_once(
    teacher, browser_of, key, monkeypatch
):
    add(browser_of(teacher), key)
    browser = Client()
    password(browser, teacher)
    answer = key.used_for(browser.get(reverse(ASK)).context["question"])

    def send_it(copy):
        send(copy, ASK, answer)
        return is_in(copy)

    assert sent_twice_at_once(
        monkeypatch, browser, passkey_question, "take", send_it
    ) == [False, True]


def test_a_question_lasts_ten_minutes(browser_of, teacher, key, stopped):
    browser = browser_of(teacher)
    question = question_for_new(browser)
    stopped.shift(601)

    send(browser, ADD, key.made_for(question), name="Blue key")

    assert not services.has_one(teacher)


def test_guessing_locks_as_guessing_passwords_does(
    client, teacher, key, protected, settings
):
    settings.AXES_ENABLED, settings.AXES_FAILURE_LIMIT = True, 4
    password(client, teacher)
    for _ in range(4):
        question = client.get(reverse(ASK)).context["question"]
        answer = send(client, ASK, SoftPasskey().used_for(question))

    assert answer.status_code == 429
    assert send(client, ASK, key.used_for(question)).status_code == 429
    assert password(Client(), teacher).status_code == 429


@pytest.mark.usefixtures("protected", "stopped")
def test_guessing_from_many_addresses_is_limited_by_account(teacher):
    cache.clear()  # of what adding it took
    answers = []
    for number in range(21):
        browser = Client(REMOTE_ADDR=f"10.0.0.{number}")
        password(browser, teacher)
        question = browser.get(reverse(ASK)).context["question"]
        answer = send(browser, ASK, SoftPasskey().used_for(question))
        answers.append(answer.status_code)

    assert answers == [200] * 20 + [429]


def test_an_open_desk_adds_none(browser_of, teacher, key):
    """Without the password nothing is asked, and no other question serves."""
    browser = browser_of(teacher)
    assert "question" not in browser.get(reverse(ADD)).context
    browser.post(reverse(ADD), {"password": "wrong"})
    made_up = key.made_for(json.dumps({"challenge": "A" * 43}))

    send(browser, ADD, made_up, name="Blue key")

    assert not services.has_one(teacher)


def test_a_log_ins_question_adds_none(teacher, key, protected):
    """Whoever is half-way in, and then in by a code, has not given the password here."""
    browser, more = Client(), SoftPasskey()
    password(browser, teacher)
    question = browser.get(reverse(ASK)).context["question"]
    browser.post(reverse(ASK), {"code": protected[0]})

    send(browser, ADD, more.made_for(question), name="Another")

    assert services.factors(teacher).count() == 1


def test_a_password_alone_adds_none_beside_another(client, teacher, key, protected):
    password(client, teacher)

    assert client.get(reverse(ADD)).url == reverse(ASK)
    answer = send(client, ADD, key.made_for('{"challenge": "AAAA"}'), name="Mine")
    assert answer.url == reverse(ASK)
    assert services.factors(teacher).count() == 1


def test_a_password_alone_adds_not_even_the_first(client, boss, settings, key):
    settings.FER_SECOND_FACTOR = "admins"
    password(client, boss)

    page = client.get(reverse(ADD))
    send(client, ADD, key.made_for('{"challenge": "AAAA"}'), name="Mine")

    assert "We sent a link" in page.content.decode()
    assert "question" not in page.context
    assert not services.has_one(boss)


def test_of_two_at_once_only_one_is_the_first(client, boss, settings, key, mailoutbox):
    """Both read the mail, and were asked while there was no factor."""
    settings.FER_SECOND_FACTOR = "admins"
    other, thief = Client(), SoftPasskey()
    questions = []
    for browser in (client, other):
        password(browser, boss)
        show_mailbox(browser, mailoutbox)
        questions.append(browser.get(reverse(ADD)).context["question"])
    send(client, ADD, key.made_for(questions[0]), name="Mine")

    answer = send(other, ADD, thief.made_for(questions[1]), name="Thief's")

    assert answer.url == reverse(ASK)
    assert services.factors(boss).count() == 1


# --- Removed ----------------------------------------------------------------------------


def test_its_owner_removes_one_of_two_with_the_password(
    browser_of, teacher, key, protected, mailoutbox
):
    browser, second = browser_of(teacher), SoftPasskey()
    add(browser, second, "Telephone")
    page = reverse("factor-remove", args=[services.factors(teacher).first().pk])
    browser.post(page, {"password": "wrong"})
    assert services.factors(teacher).count() == 2

    assert browser.post(page, {"password": PASSWORD}).url == reverse("security")

    assert log_in(teacher, key).status_code == 200
    assert log_in(teacher, second).status_code == 302
    assert mailoutbox[-1].subject == "A second factor of your account was removed"
    entry = AuditEntry.objects.get(detail__contains="second factor removed")
    assert "“Blue key”" in entry.detail


def test_with_the_last_one_it_is_off(browser_of, teacher, protected, mailoutbox):
    [only] = services.factors(teacher)

    browser_of(teacher).post(
        reverse("factor-remove", args=[only.pk]), {"password": PASSWORD}
    )

    assert not Authenticator.objects.exists()
    assert password(Client(), teacher).url == reverse("home")
    [mail] = mailoutbox
    assert mail.subject == "The second factor of your account was turned off"


def test_nobody_removes_anothers_nor_the_recovery_codes(
    browser_of, teacher, boss, protected
):
    for row in Authenticator.objects.all():
        page = reverse("factor-remove", args=[row.pk])
        assert browser_of(boss).post(page, {"password": PASSWORD}).status_code == 404
    codes = Authenticator.objects.get(type="recovery_codes")
    page = reverse("factor-remove", args=[codes.pk])
    assert browser_of(teacher).get(page).status_code == 404


def test_an_admin_turns_passkeys_off_for_somebody(browser_of, boss, teacher, protected):
    browser = browser_of(boss)

    browser.post(reverse("person-second-factor-off", args=[teacher.pk]))

    assert not services.has_one(teacher)


# --- Where the operator asks for it -----------------------------------------------------


def test_who_must_have_one_may_choose_a_passkey(
    client, boss, settings, key, mailoutbox
):
    settings.FER_SECOND_FACTOR = "admins"
    password(client, boss, f"?next={reverse('people')}")
    show_mailbox(client, mailoutbox)
    assert reverse(ADD) in client.get(reverse("second-factor-on")).content.decode()
    question = client.get(reverse(ADD)).context["question"]

    answer = send(client, ADD, key.made_for(question), name="Mine")

    assert len(codes_in(answer)) == 10
    assert f'href="{reverse("people")}"' in answer.content.decode()
    assert is_in(client)
    assert password(Client(), boss).url == reverse(ASK)


def test_it_is_made_for_the_address_that_people_type(browser_of, teacher, settings):
    settings.FER_PUBLIC_URL = "https://class.example.org:8443"

    question = json.loads(question_for_new(browser_of(teacher)))

    assert question["rp"]["id"] == "class.example.org"
    assert question["user"]["name"] == teacher.email
