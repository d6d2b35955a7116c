"""Mails that wait: sent by one process, again after a pause, not for ever; nothing in them."""

import datetime as dt
import json
import threading

import pytest
import time_machine
from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, connection
from django.utils import timezone

from sessions_app.enums import DeliveryState
from sessions_app.models import AuditEntry, OutgoingMail
from sessions_app.models.people import invitation_token
from sessions_app.services import deliveries, outbox, people, postman
from sessions_app.services.deliveries import CannotLeave
from tests.mail_server import MailServer
from tests.ports import free_port
from tests.sessions_app.factories import OutgoingMailFactory, UserFactory

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _mail_now():
    """Here mails wait, as they do outside tests."""


@pytest.fixture
def server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_TIMEOUT = "127.0.0.1", 5
    with MailServer() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.fixture
def no_server(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-22 10:00:00Z", tick=False) as traveller:
        yield traveller


def state():
    row = OutgoingMail.objects.get()
    return row.state, row.tries


def at_once(*work):
    def alone(one):
        try:
            one()
        finally:
            connection.close()

    threads = [threading.Thread(target=alone, args=(one,)) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_mail_is_sent_once_however_many_look(server):
    for n in range(5):
        outbox.put("test", to=f"reader{n}@school.example")
    server.delay_s = 0.05

    at_once(*[outbox.send_due] * 3)

    assert sorted(mail["To"] for mail in server.mails) == [
        f"reader{n}@school.example" for n in range(5)
    ]
    assert set(OutgoingMail.objects.values_list("state", "tries")) == {("sent", 1)}


def test_a_look_returns_at_once_and_the_mail_leaves(server):
    server.delay_s = 1.0
    outbox.put("test", to="ada@school.example")

    postman.look()
    thread = postman._running["mails"]
    postman.look()

    assert postman._running["mails"] is thread  # of before, and still at it
    assert server.mails == []
    thread.join()
    assert len(server.mails) == 1


@pytest.mark.usefixtures("no_server")
def test_it_is_tried_again_after_growing_pauses_and_given_up(clock, caplog):
    outbox.put("test", to="ada@school.example")
    OutgoingMail.objects.update(expires_at=timezone.now() + dt.timedelta(days=14))
    pauses = []
    while state()[0] == DeliveryState.WAITING:
        outbox.send_due()
        outbox.send_due()  # too early: nothing happens
        pauses.append(OutgoingMail.objects.get().due_at - timezone.now())
        clock.shift(pauses[-1])

    assert tuple(pauses[:-1]) == outbox.PAUSES
    row = OutgoingMail.objects.get()
    assert (row.state, row.tries) == (DeliveryState.GIVEN_UP, len(outbox.PAUSES) + 1)
    assert row.last_error.startswith("No mail server listens at 127.0.0.1:")
    assert "ada@school.example" not in caplog.text


@pytest.mark.usefixtures("no_server")
def test_what_nobody_needs_any_more_is_given_up_sooner(clock):
    outbox.put("password", to=UserFactory().email, site="https://x.example")
    while state()[0] == DeliveryState.WAITING:
        outbox.send_due()
        clock.shift(60)

    row = OutgoingMail.objects.get()
    assert row.done_at - row.created_at <= dt.timedelta(hours=1)
    assert row.last_error.startswith("No mail server listens")


@pytest.mark.usefixtures("no_server")
def test_a_server_that_is_away_is_asked_once_a_round():
    for n in range(5):
        outbox.put("test", to=f"reader{n}@school.example")

    outbox.send_due()

    assert sum(OutgoingMail.objects.values_list("tries", flat=True)) == 1


def test_an_address_that_is_refused_is_given_up_at_once_and_stops_no_other(server):
    server.says["RCPT"] = "550 no such user"
    for n in range(2):
        outbox.put("test", to=f"reader{n}@school.example")

    outbox.send_due()

    assert set(OutgoingMail.objects.values_list("state", "tries", "last_error")) == {
        (
            "given_up",
            1,
            "The mail server does not accept this e-mail: 550 no such user.",
        )
    }


def test_what_was_given_up_is_sent_again_once(server, boss):
    row = OutgoingMailFactory(given_up=True)

    again = [outbox.send_again(row, by=boss) for _ in range(2)]
    outbox.send_due()

    assert again == [True, False]
    assert (len(server.mails), state()) == (1, ("sent", 1))
    [entry] = AuditEntry.objects.values_list("actor", "action", "detail")
    assert entry == (
        boss.email,
        "changed",
        f"mail (test) to {row.recipient}; sent again",
    )


def test_a_process_that_died_in_the_middle_leaves_the_mail_to_the_next(server, clock):
    outbox.put("test", to="ada@school.example")
    deliveries._take(
        OutgoingMail, dt.timedelta(minutes=2), outbox.PAUSES[-1]
    )  # and no more of it

    outbox.send_due()
    assert server.mails == []
    clock.shift(121)
    outbox.send_due()

    assert (len(server.mails), state()) == (1, ("sent", 2))


def test_a_clock_that_went_back_holds_up_no_mail(server, clock):
    clock.shift(dt.timedelta(days=400))
    outbox.put("test", to="ada@school.example")
    clock.shift(dt.timedelta(days=-400))
    outbox.put("test", to="bob@school.example")

    outbox.send_due()

    assert len(server.mails) == 2


@pytest.mark.usefixtures("no_server")
def test_a_mail_that_waits_for_its_longest_pause_is_not_taken_sooner(clock):
    outbox.put("test", to="ada@school.example")
    waits = {"tries": 8, "due_at": timezone.now() + outbox.PAUSES[-1]}
    OutgoingMail.objects.update(**waits)
    clock.shift(-600)  # another machine, whose clock is ten minutes behind

    outbox.send_due()

    assert OutgoingMail.objects.get().tries == 8


def test_a_process_that_was_too_slow_changes_nothing_of_the_next(server, clock):
    outbox.put("test", to="ada@school.example")
    slow = deliveries._take(OutgoingMail, dt.timedelta(minutes=2), outbox.PAUSES[-1])
    clock.shift(121)
    outbox.send_due()

    deliveries._postpone(slow, CannotLeave("It hangs."), outbox.PAUSES)

    assert state() == ("sent", 2)


def test_each_try_carries_the_same_id(server, clock):
    outbox.put("test", to="ada@school.example")
    server.says["DATA"] = "451 later"
    outbox.send_due()
    clock.shift(61)
    server.says.clear()
    outbox.send_due()

    assert len(server.ids) == 2
    assert len({*server.ids}) == 1


def test_no_row_of_a_mail_that_waits_opens_anything(boss):
    invitation, seed = people.invite(
        email="d@school.example", role="teacher", invited_by=boss
    )
    people.send_invitation(invitation=invitation, seed=seed, site="https://x.example")
    outbox.put("password", to=boss.email, site="https://x.example")

    kept = json.dumps(list(OutgoingMail.objects.values()), cls=DjangoJSONEncoder)

    assert invitation_token(seed) not in kept
    assert "/welcome/" not in kept
    assert "/password-reset/" not in kept


def test_what_a_mail_was_about_goes_when_it_is_sent(server, boss):
    invitation, seed = people.invite(
        email="d@school.example", role="teacher", invited_by=boss
    )
    people.send_invitation(invitation=invitation, seed=seed, site="https://x.example")

    outbox.send_due()

    [mail] = server.mails
    assert f"https://x.example/welcome/{invitation_token(seed)}/" in mail.get_content()
    assert OutgoingMail.objects.get().about == {}


def test_the_mail_of_an_invitation_that_was_revoked_is_not_sent(server, boss):
    invitation, seed = people.invite(
        email="d@school.example", role="teacher", invited_by=boss
    )
    people.send_invitation(invitation=invitation, seed=seed, site="https://x.example")
    people.revoke(invitation=invitation, by=boss)

    outbox.send_due()

    assert (server.mails, OutgoingMail.objects.count()) == ([], 0)


def test_an_address_without_an_account_leaves_no_row(server):
    outbox.put("password", to="nobody@school.example", site="https://x.example")

    outbox.send_due()

    assert (server.mails, OutgoingMail.objects.count()) == ([], 0)


def test_a_fault_in_one_letter_is_said_without_its_text_and_stops_no_other(
    server, caplog
):
    outbox.put("invitation", to="ada@school.example", wrong="a-secret-link")
    outbox.put("test", to="bob@school.example")

    outbox.send_due()

    assert [mail["To"] for mail in server.mails] == ["bob@school.example"]
    faulty = OutgoingMail.objects.get(kind="invitation")
    assert faulty.last_error == "This is a fault of Classmood (KeyError)."
    assert "a-secret-link" not in caplog.text


def test_a_database_that_is_away_ends_a_round_and_nothing_else(monkeypatch, caplog):
    def away():
        raise OperationalError("the server closed it\nDETAIL:  Key (word)=(123) ...")

    monkeypatch.setitem(postman._ROUNDS, "mails", away)

    postman.look()
    postman._running["mails"].join()

    assert "Mails come later: the server closed it" in caplog.text
    assert "123" not in caplog.text
