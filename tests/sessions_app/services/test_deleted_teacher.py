"""A teacher whose account is closed or deleted: what becomes of reports, mails and webhooks."""

import pytest

from sessions_app.enums import DeliveryState, ReportState
from sessions_app.models import AuditEntry, OutgoingMail, Report, User, WebhookCall
from sessions_app.services import outbox, people, reports, webhooks
from tests.sessions_app.factories import ReportFactory, WebhookFactory
from tests.webhook_receiver import Receiver

pytestmark = [pytest.mark.real, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _mail_now():
    """Here mails wait, as they do outside tests."""


@pytest.fixture
def receiver(settings):
    settings.FER_WEBHOOK_PRIVATE_HOSTS = ["localhost"]
    with Receiver() as receiver:
        yield receiver


@pytest.fixture
def webhook(receiver):
    url = f"http://localhost:{receiver.port}/"
    return WebhookFactory(url=url, events=["report.ready"])


@pytest.fixture
def report(teacher, webhook):
    """Of a lesson that is over; its teacher wants it by mail."""
    people.change(user=teacher, by=teacher, mails_reports=True)
    return ReportFactory(session__teacher=teacher)


def test_of_a_closed_account_the_report_is_made_and_told_and_mailed_to_nobody(
    report, teacher, boss, receiver, mailoutbox
):
    people.change(user=teacher, by=boss, is_active=False)

    reports.make_due()
    outbox.send_due()
    webhooks.send_due()

    report.refresh_from_db()
    assert report.state == ReportState.READY
    assert (mailoutbox, OutgoingMail.objects.count()) == ([], 0)
    assert len(receiver.calls) == 1


def test_a_mail_that_waits_when_the_account_is_closed_is_not_sent(
    report, teacher, boss, mailoutbox
):
    reports.make_due()
    people.change(user=teacher, by=boss, is_active=False)

    outbox.send_due()

    assert (mailoutbox, OutgoingMail.objects.count()) == ([], 0)
    assert Report.objects.get().state == ReportState.READY  # for admins


def test_with_the_account_go_lesson_and_report_and_nothing_else_is_held_up(
    report, teacher, receiver, mailoutbox, caplog
):
    other = ReportFactory(session__teacher__mails_reports=True)
    reports.make_due()
    User.objects.get(pk=teacher.pk).delete()

    outbox.send_due()
    webhooks.send_due()

    assert [row.pk for row in Report.objects.all()] == [other.pk]
    assert [mail.to for mail in mailoutbox] == [[other.session.teacher.email]]
    # It was ready, and is told so: its id, and an address that leads nowhere now.
    assert len(receiver.calls) == 2
    assert {call.state for call in WebhookCall.objects.all()} == {DeliveryState.SENT}
    assert "fault" not in caplog.text


def test_a_lesson_whose_teacher_is_deleted_has_no_report_left_to_make(
    report, teacher, receiver
):
    User.objects.get(pk=teacher.pk).delete()

    reports.make_due()
    webhooks.send_due()

    assert (Report.objects.count(), receiver.calls) == (0, [])


def test_a_webhook_outlives_its_admin_and_other_admins_read_why_it_is_off(
    report, webhook, boss, receiver, browser_of, mailoutbox
):
    webhook.created_by.delete()
    receiver.status = 410

    reports.make_due()
    webhooks.send_due()
    outbox.send_due()

    webhook.refresh_from_db()
    assert webhook.off_because == "It answered with status 410."
    assert AuditEntry.objects.filter(detail__contains="switched off").count() == 1
    for address in ("/webhooks/", f"/webhooks/{webhook.pk}/"):
        page = browser_of(boss).get(address).content.decode()
        assert "It answered with status 410." in page
    assert [mail.subject[:6] for mail in mailoutbox] == ["Report"]
