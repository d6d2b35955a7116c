"""Telling registered addresses what happened: again after pauses, not for ever.

Calls to programs are made as https://www.standardwebhooks.com describes.
"""

import datetime as dt
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_app.enums import AuditAction, DeliveryState
from sessions_app.events import lesson_ended, minute_closed
from sessions_app.minutes.alerts import lesson_alerts
from sessions_app.models import (
    ClassMinute,
    ClassSession,
    User,
    Webhook,
    WebhookCall,
)
from sessions_app.services import audit, deliveries, outbox, outward
from sessions_app.services.deliveries import CannotLeave, NobodyNeedsIt
from sessions_app.services.webhook_messages import TEST, body_of, headers_of

EVENTS = {
    "session.ended": gettext_lazy("A lesson has ended"),
    "report.ready": gettext_lazy("The report of a lesson is ready"),
    "alert.raised": gettext_lazy("An alert was raised in a lesson"),
}
PAUSES = tuple(
    dt.timedelta(seconds=seconds) for seconds in (5, 300, 1800, 7200, 18_000, 36_000)
)
LASTS = dt.timedelta(days=2)
OFF_AFTER = dt.timedelta(days=3)  # of failures without one success
_LEASE = dt.timedelta(seconds=4 * outward.WITHIN_S)
_GONE = 410


@transaction.atomic
def register(*, url: str, events: list[str], by: User, **more: Any) -> Webhook:
    """Have an address called; `url` is checked (`outward.check_url`).

    Args:
        url: Of the receiver.
        events: Keys of `EVENTS`.
        by: The admin who registers it.
        more: Its `kind`.
    """
    by.hold()
    webhook = Webhook.objects.create(url=url, events=events, created_by=by, **more)
    _note(webhook, AuditAction.MADE, by, f"; {', '.join(events)}")
    return webhook


@transaction.atomic
def change(*, webhook: Webhook, by: User, **values: Any) -> None:
    """Change address or events, or the seed of the secret.

    What another address failed at does not count against the new one.
    """
    by.hold()
    before = _lock(webhook)
    forgets = (
        {"failing_since": None} if values.get("url", before.url) != before.url else {}
    )
    for name, value in (values | forgets).items():
        setattr(webhook, name, value)
    webhook.save(update_fields=[*values, *forgets])
    if values:
        _note(webhook, AuditAction.CHANGED, by, f"; {', '.join(values)}")


@transaction.atomic
def switch(*, webhook: Webhook, on: bool, by: User) -> None:
    """Switch off by hand, or on again; then its failures are forgotten."""
    _lock(webhook)
    webhook.off_at = None if on else timezone.now()
    webhook.failing_since, webhook.off_because = None, ""
    webhook.save(update_fields=["off_at", "failing_since", "off_because"])
    _note(webhook, AuditAction.CHANGED, by, f"; {'on' if on else 'off'}")


@transaction.atomic
def delete(*, webhook: Webhook, by: User) -> None:
    """Call it no more, and forget its calls."""
    _lock(webhook)
    _note(webhook, AuditAction.DELETED, by)
    webhook.delete()


def tell(event: str, session: ClassSession, **more: str) -> None:
    """Tell all who want to know it; nothing happens if the transaction is rolled back.

    Args:
        event: A key of `EVENTS`.
        session: The lesson it is about.
        more: Further ids, times and paths (`..._url`), never a number of a class.
    """
    about = {
        "session": str(session.pk),
        "url": reverse("session-detail", args=[session.pk]),
        "api_url": reverse("api-session-detail", args=[session.pk]),
        **more,
    }
    for webhook in _who_wants(event):
        _put(webhook, event, about)


@transaction.atomic
def test(*, webhook: Webhook, by: User) -> WebhookCall:
    """Call it with an event that is about nothing."""
    _lock(webhook)
    _note(webhook, AuditAction.MADE, by, "; test call")
    return _put(webhook, TEST, {})


@transaction.atomic
def send_again(call: WebhookCall, *, by: User) -> bool:
    """Repeat a call, with its id: a receiver that has it already can tell."""
    _lock(call.webhook)
    if again := deliveries.send_again(call, but=DeliveryState.WAITING):
        _note(call.webhook, AuditAction.CHANGED, by, f"; {call.event} sent again")
    return again


def send_due() -> None:
    """Make the calls that are due; safe to run in several processes at once."""
    deliveries.work_off(WebhookCall, _send, lease=_LEASE, pauses=PAUSES)


@receiver(lesson_ended)
def _on_end(session: ClassSession, **_: Any) -> None:
    tell("session.ended", session)


@receiver(minute_closed)
def _on_minute(session: ClassSession, minute: ClassMinute, **_: Any) -> None:
    """Tell of an alert that this minute raised, unless its teacher wants none."""
    if not _who_wants("alert.raised") or not session.teacher.sees_alerts:
        return
    alerts = lesson_alerts(session)
    if alerts and alerts[-1].index == minute.index:
        newest = alerts[-1]
        since = session.minute_starts_at(newest.since).isoformat()
        tell("alert.raised", session, alert=newest.key, since=since)


def _who_wants(event: str) -> list[Webhook]:
    known = Webhook.objects.filter(off_at=None)
    return [webhook for webhook in known if event in webhook.events]


def _put(webhook: Webhook, event: str, about: dict[str, str]) -> WebhookCall:
    now = timezone.now()
    return WebhookCall.objects.create(
        webhook=webhook,
        event=event,
        about=about,
        created_at=now,
        due_at=now,
        expires_at=now + LASTS,
    )


def _send(call: WebhookCall) -> None:
    webhook = Webhook.objects.filter(pk=call.webhook_id).first()
    if webhook is None:  # deleted since the call was taken, and its calls with it
        raise NobodyNeedsIt
    if webhook.off_at is not None:
        raise CannotLeave(_("The webhook is switched off."), for_good=True)
    try:
        _post(webhook, call)
    except CannotLeave as error:
        _count_failure(webhook, call, error)
        raise
    _as_called(webhook).update(failing_since=None)


def _post(webhook: Webhook, call: WebhookCall) -> None:
    body = body_of(webhook, call)
    status = outward.post(webhook.url, body, headers_of(webhook, call, body))
    if not 200 <= status < 300:
        said = _("It answered with status %(status)s.") % {"status": status}
        raise CannotLeave(said, for_good=status == _GONE)


def _count_failure(webhook: Webhook, call: WebhookCall, error: CannotLeave) -> None:
    """Switch it off where it is gone or fails for days; let its other calls wait, too."""
    now = timezone.now()
    since = webhook.failing_since or now
    _as_called(webhook).filter(failing_since=None).update(failing_since=now)
    if error.for_good or now - since >= OFF_AFTER:
        _switch_off(webhook, str(error))
    pause = PAUSES[min(call.tries, len(PAUSES)) - 1]
    others = webhook.calls.filter(state=DeliveryState.WAITING, due_at__lt=now + pause)
    others.exclude(pk=call.pk).update(due_at=now + pause)


def _as_called(webhook: Webhook) -> "QuerySet[Webhook]":
    """Its row, unless an admin gave it another address while this one was called."""
    return Webhook.objects.filter(pk=webhook.pk, url=webhook.url)


@transaction.atomic
def _switch_off(webhook: Webhook, why: str) -> None:
    still_on = _as_called(webhook).filter(off_at=None)
    if not still_on.update(off_at=timezone.now(), off_because=why[:300]):
        return
    _note(webhook, AuditAction.CHANGED, None, f"; switched off: {why}")
    owner = webhook.created_by
    if owner is not None and owner.is_active and owner.is_admin:
        outbox.put("webhook_off", to=owner.email, webhook=str(webhook.pk))


def _lock(webhook: Webhook) -> Webhook:
    """The row as it is now, or another tab deleted it."""
    return Webhook.objects.select_for_update().get(pk=webhook.pk)


def _note(
    webhook: Webhook, action: AuditAction, by: User | None, more: str = ""
) -> None:
    host = urlsplit(webhook.url).netloc
    audit.record(
        action=action,
        actor=by,
        object_id=str(webhook.pk),
        detail=f"webhook to {host}{more}",  # all else may be a secret of the receiver
    )
