"""Webhooks: what is called, signed, tried again, switched off, and never reached."""

import datetime as dt
import json
import socket
import time
from ipaddress import ip_address

import pytest
import time_machine
from django.utils import timezone
from standardwebhooks import Webhook as Signature

from sessions_app.enums import SessionState
from sessions_app.events import minute_closed
from sessions_app.minutes import closing
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.models import (
    AuditEntry,
    ClassSession,
    OutgoingMail,
    Report,
    Webhook,
    WebhookCall,
)
from sessions_app.services import (
    deliveries,
    outbox,
    outward,
    people,
    reports,
    webhooks,
)
from sessions_app.services.deliveries import CannotLeave
from tests.certificates import certificate
from tests.mail_server import silent_server
from tests.ports import free_port
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    WebhookCallFactory,
    WebhookFactory,
    with_an_alert,
)
from tests.webhook_receiver import Receiver

pytestmark = [pytest.mark.real, pytest.mark.django_db]

FORM = {
    "kind": "program",
    "url": "https://hooks.example/",
    "events": "session.ended",
}


@pytest.fixture(autouse=True)
def _inside_is_named(settings):
    settings.FER_WEBHOOK_PRIVATE_HOSTS = ["localhost"]


@pytest.fixture
def receiver():
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def webhook(receiver):
    return WebhookFactory(url=f"http://localhost:{receiver.port}/in?a=1")


@pytest.fixture
def clock():
    with time_machine.travel("2026-11-22 10:00:00Z", tick=False) as traveller:
        yield traveller


def state():
    call = WebhookCall.objects.get()
    return call.state, call.tries, call.last_error


def test_the_end_of_a_lesson_is_told_once_signed_and_without_a_number(
    webhook, receiver
):
    session = ClassSessionFactory(
        state=SessionState.ENDING,
        title="Rings of Mia",
        started_at=timezone.now() - dt.timedelta(minutes=3),
        ended_at=timezone.now() - dt.timedelta(minutes=1),
    )
    ClassMinuteFactory(session=session, released=True)
    for _ in range(2):  # as two processes that close it
        closing.finish(session=session, store=MemoryStore(), now=time.time())

    webhooks.send_due()

    [(path, headers, body)] = receiver.calls
    said = Signature(webhook.secret).verify(body, headers)
    call = WebhookCall.objects.get()
    assert (path, headers["webhook-id"]) == ("/in?a=1", str(call.pk))
    assert said == {
        "type": "session.ended",
        "timestamp": call.created_at.isoformat(),
        "data": {
            "session": str(session.pk),
            "url": f"http://testserver/sessions/{session.pk}/",
            "api_url": f"http://testserver/api/v1/sessions/{session.pk}/",
        },
    }
    assert state() == ("sent", 1, "")


def closed_again(session):
    """The newest minute of a lesson, as if it were just stored."""
    minute_closed.send(
        ClassSession, session=session, minute=session.minutes.latest("index")
    )


def test_an_alert_is_told_by_its_name_when_its_minute_is_stored(webhook):
    WebhookFactory(events=["alert.raised"])
    session = with_an_alert(ClassSessionFactory(live=True))

    closed_again(session)

    [call] = WebhookCall.objects.all()
    assert call.event == "alert.raised"
    assert call.about == {
        "session": str(session.pk),
        "url": f"/sessions/{session.pk}/",
        "api_url": f"/api/v1/sessions/{session.pk}/",
        "alert": "expression-8",
        "since": session.minute_starts_at(6).isoformat(),
    }


def test_no_alert_is_told_of_another_minute_nor_of_a_teacher_who_wants_none():
    WebhookFactory(events=["alert.raised"])
    session = with_an_alert(ClassSessionFactory(live=True))
    deaf = with_an_alert(ClassSessionFactory(live=True, teacher__sees_alerts=False))
    ClassMinuteFactory(session=session, index=9, released=True)

    closed_again(session)
    closed_again(deaf)

    assert not WebhookCall.objects.exists()


def test_only_what_was_asked_for_is_told(webhook):
    WebhookFactory(events=["report.ready"])
    WebhookFactory(off_at=timezone.now())

    webhooks.tell("session.ended", ClassSessionFactory())

    assert [call.webhook for call in WebhookCall.objects.all()] == [webhook]


def test_a_failure_is_tried_again_with_the_same_id_and_given_up(
    webhook, receiver, clock
):
    receiver.status = 500
    webhooks.test(webhook=webhook, by=webhook.created_by)
    pauses = []
    while state()[0] == "waiting":
        webhooks.send_due()
        webhooks.send_due()
        pauses.append(WebhookCall.objects.get().due_at - timezone.now())
        clock.shift(pauses[-1])

    assert tuple(pauses[:-1]) == webhooks.PAUSES
    assert state() == (
        "given_up",
        len(webhooks.PAUSES) + 1,
        "It answered with status 500.",
    )
    assert len({headers["webhook-id"] for _, headers, _ in receiver.calls}) == 1
    webhook.refresh_from_db()
    assert webhook.failing_since is not None
    assert webhook.off_at is None


def test_after_three_days_of_failures_it_is_switched_off_and_said(
    webhook, receiver, clock
):
    receiver.status = 500
    for _ in range(2):
        webhooks.test(webhook=webhook, by=webhook.created_by)
        webhooks.send_due()
        clock.shift(webhooks.OFF_AFTER)

    webhook.refresh_from_db()
    assert webhook.off_because == "It answered with status 500."
    [mail] = OutgoingMail.objects.filter(kind="webhook_off")
    assert mail.recipient == webhook.created_by.email
    assert AuditEntry.objects.filter(actor="", detail__contains="switched off").exists()


@pytest.mark.parametrize(
    "lost", [{"is_active": False}, {"role": "teacher"}], ids=["closed", "demoted"]
)
def test_who_is_no_admin_any_more_reads_no_address_in_a_mail_that_waited(
    lost, boss, webhook, mailoutbox
):
    people.change(user=webhook.created_by, by=boss, **lost)
    Webhook.objects.update(off_at=timezone.now(), off_because="It did not answer.")
    outbox.put("webhook_off", to=webhook.created_by.email, webhook=str(webhook.pk))

    outbox.send_due()

    assert not mailoutbox
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("rest", ["/T0/secret", "?key=secret", "#secret"])
def test_the_audit_names_the_host_and_no_more_of_an_address(rest, boss):
    webhook = webhooks.register(
        url=f"https://hooks.example:8443{rest}", events=["session.ended"], by=boss
    )
    webhooks.delete(webhook=webhook, by=boss)

    said = AuditEntry.objects.order_by("pk").values_list("detail", flat=True)
    assert [*said] == [
        "webhook to hooks.example:8443; session.ended",
        "webhook to hooks.example:8443",
    ]


def test_an_address_that_is_gone_is_switched_off_at_once(webhook, receiver, mailoutbox):
    receiver.status = 410
    webhooks.test(webhook=webhook, by=webhook.created_by)
    webhooks.send_due()

    webhook.refresh_from_db()
    assert webhook.off_at is not None
    assert state() == ("given_up", 1, "It answered with status 410.")
    [mail] = mailoutbox
    assert "It answered with status 410." in mail.body

    webhooks.switch(webhook=webhook, on=True, by=webhook.created_by)
    receiver.status = 204
    assert webhooks.send_again(WebhookCall.objects.get(), by=webhook.created_by)
    webhooks.send_due()
    assert state()[0] == "sent"


def test_a_success_ends_the_count_of_days(webhook, receiver):
    Webhook.objects.update(failing_since=timezone.now())
    webhooks.test(webhook=webhook, by=webhook.created_by)

    webhooks.send_due()

    webhook.refresh_from_db()
    assert webhook.failing_since is None


def test_what_another_address_failed_at_does_not_count_against_a_new_one(webhook, boss):
    since = timezone.now()
    Webhook.objects.update(failing_since=since)
    webhook.refresh_from_db()

    webhooks.change(webhook=webhook, by=boss, url=webhook.url, events=[])
    assert Webhook.objects.get().failing_since == since

    webhooks.change(webhook=webhook, by=boss, url="https://other.example/")
    assert Webhook.objects.get().failing_since is None


def test_an_address_of_before_that_answers_late_does_nothing_to_the_new_one(
    webhook, receiver, boss, monkeypatch
):
    """It may take its time, and say that it is gone."""
    receiver.status, post = 410, outward.post

    def slowly(*call):
        status = post(*call)
        row = Webhook.objects.get()
        webhooks.change(webhook=row, by=boss, url="https://new.example/")
        return status

    monkeypatch.setattr(outward, "post", slowly)
    webhooks.test(webhook=webhook, by=boss)
    webhooks.send_due()

    webhook.refresh_from_db()
    assert webhook.url == "https://new.example/"
    assert (webhook.off_at, webhook.failing_since) == (None, None)


def test_one_deleted_while_its_call_is_taken_is_no_fault(webhook, monkeypatch, caplog):
    webhooks.test(webhook=webhook, by=webhook.created_by)
    take = deliveries._take

    def then_delete(*args):
        row = take(*args)
        Webhook.objects.all().delete()
        return row

    monkeypatch.setattr(deliveries, "_take", then_delete)

    webhooks.send_due()

    assert not WebhookCall.objects.exists()
    assert caplog.text == ""


def test_a_call_that_was_made_is_repeated_with_its_id(webhook, receiver):
    webhooks.test(webhook=webhook, by=webhook.created_by)
    webhooks.send_due()
    call = WebhookCall.objects.get()

    again = [webhooks.send_again(call, by=webhook.created_by) for _ in range(2)]
    webhooks.send_due()

    assert again == [True, False]
    assert [h["webhook-id"] for _, h, _ in receiver.calls] == [str(call.pk)] * 2


def test_one_that_hangs_holds_up_no_other_for_long(webhook, receiver, monkeypatch):
    monkeypatch.setattr(outward, "_EACH_S", 0.3)
    with silent_server() as port:
        hangs = WebhookFactory(url=f"http://localhost:{port}/")
        past = timezone.now() - dt.timedelta(minutes=1)
        WebhookCallFactory.create_batch(5, webhook=hangs, due_at=past)
        webhooks.test(webhook=webhook, by=webhook.created_by)

        webhooks.send_due()

    assert len(receiver.calls) == 1
    tried = hangs.calls.filter(tries=1)
    assert [call.last_error for call in tried] == ["It did not answer in time."]


def test_one_that_sends_a_byte_now_and_then_is_cut_off(webhook, receiver, monkeypatch):
    monkeypatch.setattr(outward, "WITHIN_S", 1.0)
    receiver.drips = True
    webhooks.test(webhook=webhook, by=webhook.created_by)
    began = time.monotonic()

    webhooks.send_due()

    assert time.monotonic() - began < 20  # of the 300 that it would take
    assert state()[:2] == ("waiting", 1)


def test_a_port_at_which_nobody_listens(webhook):
    Webhook.objects.update(url=f"http://localhost:{free_port()}/")
    webhooks.test(webhook=webhook, by=webhook.created_by)

    webhooks.send_due()

    assert state()[2] == "Nobody listens there: the connection was refused."


# --- what is never reached ------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),
        *("169.254.169.254", "100.100.100.200", "224.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fc00::1", "fd00:ec2::254", "ff02::1"),
        *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1"),
        *("64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::"),
        *("64:ff9b:1::a00:1", "fec0::1", "::127.0.0.1"),
    ],
)
def test_an_address_inside_is_not_public(address):
    assert not outward.is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_an_address_of_the_internet_is(address):
    assert outward.is_public(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "2130706433", "0x7f.1", "0"),
        "169.254.169.254",
    ],
)
def test_no_spelling_of_this_machine_is_called(host, receiver):
    with pytest.raises(CannotLeave, match="leads to an address inside"):
        outward.post(f"https://{host}:{receiver.port}/", b"", {})

    assert receiver.calls == []


def test_a_host_inside_may_be_named_in_capitals(receiver, settings):
    settings.FER_WEBHOOK_PRIVATE_HOSTS = ["LocalHost"]

    assert outward.post(f"http://LOCALHOST:{receiver.port}/", b"", {}) == 204


def test_a_slow_look_up_of_the_name_counts_too(receiver, monkeypatch):
    look_up = socket.getaddrinfo

    def slowly(*args, **more):
        time.sleep(0.3)
        return look_up(*args, **more)

    monkeypatch.setattr(socket, "getaddrinfo", slowly)
    monkeypatch.setattr(outward, "WITHIN_S", 0.2)

    with pytest.raises(CannotLeave, match="did not answer in time"):
        outward.post(f"http://localhost:{receiver.port}/", b"", {})
    assert receiver.calls == []


def test_a_name_with_one_address_inside_is_not_called(monkeypatch):
    places = [(socket.AF_INET, 1, 6, "", (ip, 443)) for ip in ("1.1.1.1", "10.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: places)

    with pytest.raises(CannotLeave, match=r"inside \(10.0.0.1\)"):
        outward.post("https://hooks.example/", b"", {})


def test_the_checked_address_itself_is_called(monkeypatch):
    """A name that answers otherwise the next time gains nothing."""
    asked, called = [], []

    def answers(host, port, **_):
        asked.append(host)
        ip = "1.1.1.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, 1, 6, "", (ip, port))]

    def connect(place, **_):
        called.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", answers)
    monkeypatch.setattr(socket, "create_connection", connect)

    with pytest.raises(CannotLeave):
        outward.post("https://hooks.example/", b"", {})

    assert (asked, called) == (["hooks.example"], [("1.1.1.1", 443)])


def test_link_local_addresses_are_not_called_even_if_named(settings):
    settings.FER_WEBHOOK_PRIVATE_HOSTS = ["169.254.169.254"]

    with pytest.raises(CannotLeave, match="inside"):
        outward.post("http://169.254.169.254/latest/", b"", {})


def test_a_redirect_is_checked_like_the_address(receiver):
    receiver.status = 307
    receiver.location = f"https://127.0.0.1:{receiver.port}/inside"

    with pytest.raises(CannotLeave, match="leads to an address inside"):
        outward.post(f"http://localhost:{receiver.port}/", b"x", {})

    assert len(receiver.calls) == 1


def test_a_redirect_that_repeats_the_body_is_followed_and_not_for_ever(receiver):
    receiver.status, receiver.location = 308, "/next"
    with pytest.raises(CannotLeave, match="more than 3 times"):
        outward.post(f"http://localhost:{receiver.port}/", b"x", {})
    assert [call[0] for call in receiver.calls] == ["/", "/next", "/next", "/next"]

    receiver.status = 302
    assert outward.post(f"http://localhost:{receiver.port}/", b"x", {}) == 302


def test_a_certificate_is_checked(tmp_path, monkeypatch):
    own = certificate(tmp_path, "here", "DNS:localhost")
    with Receiver(certificate=own) as receiver:
        url = f"https://localhost:{receiver.port}/"
        with pytest.raises(CannotLeave, match="certificate is not trusted"):
            outward.post(url, b"x", {})
        monkeypatch.setenv("SSL_CERT_FILE", str(own[0]))
        assert outward.post(url, b"x", {}) == 204


@pytest.mark.parametrize(
    "url",
    [
        *("", "hooks.example", "ftp://hooks.example/", "https://", "https://a:b@c.de/"),
        *("http://hooks.example/", "https://h:99999/", "javascript:alert(1)"),
    ],
)
def test_what_is_no_address_for_a_webhook_is_refused(url, boss, browser_of):
    page = browser_of(boss).post("/webhooks/", FORM | {"url": url})

    assert page.context["form"].errors["url"]
    assert not Webhook.objects.exists()


def test_the_secret_is_shown_once_and_is_in_no_row(boss, browser_of):
    browser = browser_of(boss)
    shown = browser.post("/webhooks/", FORM).content.decode()
    webhook = Webhook.objects.get()

    assert webhook.secret in shown
    assert (
        webhook.secret not in browser.get(f"/webhooks/{webhook.pk}/").content.decode()
    )
    kept = json.dumps(list(Webhook.objects.values()), default=str)
    assert webhook.secret.removeprefix("whsec_") not in kept

    browser.post(f"/webhooks/{webhook.pk}/secret/")
    assert Webhook.objects.get().secret != webhook.secret


def test_a_report_that_is_ready_is_told_with_its_address(webhook):
    Webhook.objects.update(events=["report.ready"])
    session = ClassSessionFactory(ended=True)

    reports.announce(Report.objects.create(session=session, time_zone="UTC"))

    [call] = WebhookCall.objects.all()
    assert (call.event, call.about["session"]) == ("report.ready", str(session.pk))
    assert call.about["report_url"] == f"/sessions/{session.pk}/report/"


# --- chats ----------------------------------------------------------------------------


@pytest.fixture
def chat(tmp_path, monkeypatch):
    """A receiver that speaks TLS, as chat tools do, with a certificate that is trusted."""
    own = certificate(tmp_path, "here", "DNS:localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(own[0]))
    with Receiver(certificate=own) as receiver:
        yield receiver


def told_in(chat, kind, event, session):
    """What a chat of a kind is told of a lesson, with its headers."""
    url = f"https://localhost:{chat.port}/services/T1/B2"
    webhook = WebhookFactory(kind=kind, url=url, events=[event])
    if event == webhooks.TEST:
        webhooks.test(webhook=webhook, by=webhook.created_by)
    else:
        webhooks.tell(event, session, report_url=f"/sessions/{session.pk}/report/")
    webhooks.send_due()
    [(path, headers, body)] = chat.calls
    assert (path, state()) == ("/services/T1/B2", ("sent", 1, ""))
    return json.loads(body), headers


def test_a_chat_reads_one_sentence_with_a_link_and_no_title(chat):
    session = ClassSessionFactory(ended=True, title="Rings of Mia")
    link = f"http://testserver/sessions/{session.pk}/report/"

    said, headers = told_in(chat, "chat", "report.ready", session)

    assert said == {"text": f"The report of a lesson is ready. {link}"}
    assert headers["Content-Type"] == "application/json"
    assert not any(name.startswith("webhook-") for name in headers)


def test_teams_reads_a_card_with_a_button(chat):
    session = ClassSessionFactory(ended=True)

    said, _ = told_in(chat, "teams", "session.ended", session)

    [card] = said["attachments"]
    assert (said["type"], card["contentType"]) == (
        "message",
        "application/vnd.microsoft.card.adaptive",
    )
    assert [block["text"] for block in card["content"]["body"]] == [
        "A lesson has ended."
    ]
    [button] = card["content"]["actions"]
    assert button["url"].startswith(f"http://testserver/sessions/{session.pk}/")


def test_every_event_has_a_sentence(chat):
    for event in [*webhooks.EVENTS, webhooks.TEST]:
        Webhook.objects.all().delete()
        chat.calls.clear()

        said, _ = told_in(chat, "chat", event, ClassSessionFactory(ended=True))

        assert said["text"].endswith("/"), event


def test_a_chat_that_is_archived_is_switched_off_and_one_inside_is_not_called(
    chat, settings
):
    chat.status = 410  # as Slack answers for a channel that is archived
    url = f"https://localhost:{chat.port}/services/T1/B2"
    webhook = WebhookFactory(kind="chat", url=url)
    webhooks.test(webhook=webhook, by=webhook.created_by)
    webhooks.send_due()
    webhook.refresh_from_db()
    assert webhook.off_because == "It answered with status 410."

    settings.FER_WEBHOOK_PRIVATE_HOSTS = []
    webhooks.switch(webhook=webhook, on=True, by=webhook.created_by)
    webhooks.test(webhook=webhook, by=webhook.created_by)
    webhooks.send_due()
    assert "leads to an address inside" in webhook.calls.first().last_error
    assert len(chat.calls) == 1


def test_a_chat_has_no_secret_to_copy(boss, browser_of):
    browser = browser_of(boss)

    shown = browser.post("/webhooks/", FORM | {"kind": "chat"}).content.decode()

    webhook = Webhook.objects.get()
    assert webhook.kind == "chat"
    assert webhook.secret not in shown
    page = browser.get(f"/webhooks/{webhook.pk}/").content.decode()
    assert "secret" not in page.lower()
    assert '<option value="chat" selected>' in page
