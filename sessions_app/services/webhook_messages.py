"""What a call of a webhook says: to a program, signed, or as a sentence in a chat."""

import json
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from standardwebhooks import Webhook as Signature

from sessions_app.enums import WebhookKind
from sessions_app.models import Webhook, WebhookCall
from sessions_app.web.links import site_link

TEST = "webhook.test"
_SENTENCES = {
    "session.ended": gettext_lazy("A lesson has ended."),
    "report.ready": gettext_lazy("The report of a lesson is ready."),
    "alert.raised": gettext_lazy("An alert was raised in a lesson."),
    TEST: gettext_lazy("This is a test. Classmood can write here."),
}
_CARD = "application/vnd.microsoft.card.adaptive"


def body_of(webhook: Webhook, call: WebhookCall) -> bytes:
    """JSON as the receiver of this kind expects it; ids and addresses, never a number."""
    said: dict[str, Any]
    if webhook.kind == WebhookKind.CHAT:
        said = {"text": f"{_SENTENCES[call.event]} {_page_of(call)}"}
    elif webhook.kind == WebhookKind.TEAMS:
        said = _card(str(_SENTENCES[call.event]), _page_of(call))
    else:
        said = {
            "type": call.event,
            "timestamp": call.created_at.isoformat(),
            "data": {name: _whole(name, it) for name, it in call.about.items()},
        }
    return json.dumps(said).encode()


def headers_of(webhook: Webhook, call: WebhookCall, body: bytes) -> dict[str, str]:
    """A program's call is signed; a chat knows who writes by its address alone."""
    headers = {"Content-Type": "application/json", "User-Agent": "Classmood"}
    if not webhook.is_signed:
        return headers
    now = timezone.now()  # in UTC: the library takes any other zone's hour for UTC's
    signature = Signature(webhook.secret).sign(str(call.pk), now, body.decode())
    return headers | {
        "webhook-id": str(call.pk),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature,
    }


def _page_of(call: WebhookCall) -> str:
    """The page that a sentence is about, which asks its reader to log in."""
    return site_link(call.about.get("report_url") or call.about.get("url") or "/")


def _card(sentence: str, url: str) -> dict[str, Any]:
    """A message as workflows of Microsoft Teams take it: an adaptive card."""
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [{"type": "TextBlock", "text": sentence, "wrap": True}],
        "actions": [{"type": "Action.OpenUrl", "title": _("Open"), "url": url}],
    }
    return {
        "type": "message",
        "attachments": [{"contentType": _CARD, "content": content}],
    }


def _whole(name: str, value: str) -> str:
    return site_link(value) if name.endswith("url") else value
