"""Webhooks that a program sets up: what it is told, and what it may not do."""

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import AuditEntry, Webhook, WebhookCall
from tests.sessions_app.factories import WebhookCallFactory, WebhookFactory

pytestmark = pytest.mark.django_db

WEBHOOKS = reverse("api-webhook-list")
BODY = {"url": "https://hooks.example/in", "events": ["report.ready", "session.ended"]}


@pytest.fixture
def program(boss, program_of):
    return program_of(boss)


@pytest.fixture
def webhook(db):
    return WebhookFactory()


def one(webhook, step="detail", *more):
    return reverse(f"api-webhook-{step}", args=[webhook.pk, *more])


def send(program, method, address, **body):
    return getattr(program, method)(address, body, format="json")


def test_the_secret_is_told_when_it_is_made_and_never_again(program, boss):
    made = send(program, "post", WEBHOOKS, **BODY).json()

    webhook = Webhook.objects.get()
    assert made["secret"] == webhook.secret
    assert (webhook.url, webhook.created_by) == (BODY["url"], boss)
    assert made["events"] == ["session.ended", "report.ready"]  # in one order
    assert made["on"] is True
    read = program.get(one(webhook)).json()
    assert read == {name: value for name, value in made.items() if name != "secret"}
    assert program.get(WEBHOOKS).json()["results"] == [read]

    another = send(program, "post", one(webhook, "secret")).json()["secret"]
    assert another not in {made["secret"], ""}
    assert another == Webhook.objects.get().secret


def test_a_call_without_an_answer_is_said_again_and_makes_one(program):
    key = {"HTTP_IDEMPOTENCY_KEY": "the same call"}

    answers = [program.post(WEBHOOKS, BODY, format="json", **key) for _ in range(2)]
    [webhook] = Webhook.objects.all()
    tests = [program.post(one(webhook, "test"), **key) for _ in range(2)]

    assert answers[0].json() == answers[1].json()
    assert [answer.status_code for answer in tests] == [201, 201]
    assert [call.event for call in WebhookCall.objects.all()] == ["webhook.test"]


def test_it_is_changed_switched_off_and_on_and_deleted(program, webhook):
    Webhook.objects.update(failing_since=timezone.now())
    url = one(webhook)

    moved = send(program, "patch", url, url="https://other.example/").json()
    off = send(program, "patch", url, on=False).json()
    again = send(program, "patch", url, on=True, events=["report.ready"]).json()

    assert (moved["url"], moved["failing_since"]) == ("https://other.example/", None)
    assert (off["on"], off["off_at"] is None) == (False, False)
    assert (again["on"], again["events"]) == (True, ["report.ready"])
    assert program.delete(url).status_code == 204
    assert not Webhook.objects.exists()
    entries = AuditEntry.objects.filter(object_id=webhook.pk).order_by("pk")
    details = entries.values_list("detail", flat=True)
    assert [detail.rpartition("; ")[2] for detail in details] == [
        *("url", "off", "events", "on", "webhook to other.example"),
    ]


def test_one_may_be_made_that_is_off(program):
    assert send(program, "post", WEBHOOKS, **BODY, on=False).json()["on"] is False
    assert Webhook.objects.get().off_at is not None


WRONG = {
    "inside by http": ("url", {"url": "http://hooks.example/"}),
    "a password": ("url", {"url": "https://a:b@hooks.example/"}),
    "hidden": ("url", {"url": "https://hooks.example/\u202e"}),
    "not ascii": ("url", {"url": "https://hooks.example/é"}),
    "too long": ("url", {"url": f"https://hooks.example/{'x' * 500}"}),
    "no event": ("events", {"events": []}),
    "an unknown event": ("events", {"events": ["session.began"]}),
}


@pytest.mark.parametrize(("field", "sent"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_said_and_nothing_is_kept(field, sent, program, webhook):
    before = Webhook.objects.values().get()

    answers = [
        send(program, "post", WEBHOOKS, **BODY | sent),
        send(program, "patch", one(webhook), **sent),
    ]

    for answer in answers:
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"
        assert field in {error["field"] for error in answer.json()["errors"]}
    assert Webhook.objects.values().get() == before


def test_calls_are_listed_and_repeated_with_their_id(program, webhook):
    WebhookCallFactory()  # of another one
    sent = WebhookCallFactory(webhook=webhook, state="sent", tries=3)
    waits = WebhookCallFactory(webhook=webhook, last_error="It did not answer in time.")

    listed = program.get(one(webhook, "calls")).json()["results"]
    assert [(call["id"], call["state"]) for call in listed] == [
        (str(waits.pk), "waiting"),
        (str(sent.pk), "sent"),
    ]
    assert listed[0]["last_error"] == "It did not answer in time."

    for call in (sent, waits):
        answer = program.post(one(webhook, "call-again", call.pk))
        assert (answer.json()["id"], answer.json()["state"]) == (
            str(call.pk),
            "waiting",
        )
    assert AuditEntry.objects.filter(detail__endswith="sent again").count() == 1
    other = WebhookFactory()
    assert program.post(one(other, "call-again", sent.pk)).status_code == 404


def test_teachers_and_tokens_that_may_only_read_change_nothing(
    teacher, boss, program_of, webhook
):
    reads = program_of(boss, "read")

    assert program_of(teacher).get(WEBHOOKS).json()["detail"] == "This is for admins."
    assert reads.get(one(webhook, "calls")).status_code == 200
    assert send(reads, "post", WEBHOOKS, **BODY).status_code == 403
    assert reads.post(one(webhook, "secret")).status_code == 403
    assert reads.delete(one(webhook)).status_code == 403
    assert [*Webhook.objects.all()] == [webhook]
