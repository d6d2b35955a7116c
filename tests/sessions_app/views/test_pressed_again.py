"""A button that sends something sends it once for a press, however often it is sent."""

import re

import pytest
from django.urls import reverse

from sessions_app.models import AuditEntry, OutgoingMail, WebhookCall
from tests.sessions_app.factories import WebhookFactory

pytestmark = pytest.mark.django_db


def key_on(browser, page, action):
    """The key that a page gave to the form that leads to an address."""
    html = browser.get(page).content.decode()
    form = html.split(f'action="{action}"')[1].split("</form>")[0]
    return re.search(r'name="once" value="([^"]+)"', form)[1]


def press(browser, page, action, times=2):
    once = key_on(browser, page, action)
    answers = [browser.post(action, {"once": once}) for _ in range(times)]
    assert [answer.status_code for answer in answers] == [302] * times


def test_a_test_call_is_made_once_and_again_when_it_is_meant(boss, browser_of):
    webhook, browser = WebhookFactory(), browser_of(boss)
    page = reverse("webhook", args=[webhook.pk])

    for meant in (1, 2):
        press(browser, page, reverse("webhook-test", args=[webhook.pk]))
        assert WebhookCall.objects.count() == meant
    assert AuditEntry.objects.filter(detail__endswith="test call").count() == 2


def test_a_test_mail_is_sent_once(boss, browser_of, mailoutbox):
    press(browser_of(boss), reverse("mail"), reverse("mail-test"))

    assert len(mailoutbox) == 1
    assert OutgoingMail.objects.count() == 1
    assert AuditEntry.objects.filter(detail="test mail to oneself").count() == 1
