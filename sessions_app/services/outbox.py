"""Every mail of the platform: written down in the request, sent outside it."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, override

from sessions_app.enums import AuditAction
from sessions_app.models import OutgoingMail, User
from sessions_app.services import audit, deliveries, digests, mail
from sessions_app.services.letters import LETTERS
from sessions_app.web.reader_language import language_of

PAUSES = tuple(
    dt.timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720, 1440)
)
_ANSWERS = 15  # of a mail server to one mail, the log-in and TLS included
_MORE_S = 60


def put(kind: str, *, to: str, **about: Any) -> OutgoingMail:
    """Have a mail sent; nothing happens if the transaction is rolled back.

    Args:
        kind: A key of `LETTERS`.
        to: The address.
        about: What its letter needs to be written: ids, never a secret or a number.
    """
    now = timezone.now()
    return OutgoingMail.objects.create(
        kind=kind,
        recipient=to,
        about=about | {"language": _language_for(to)},
        created_at=now,
        due_at=now,
        expires_at=now + LETTERS[kind].lasts,
    )


def put_digests(*, now: dt.datetime) -> None:
    """Have the weekly digests that are due sent, each once."""
    for user, monday in digests.due(now=now):
        with transaction.atomic():
            if digests.is_first_to_note(user, monday):
                of = (monday - digests.WEEK).isoformat()
                put("digest", to=user.email, user=user.pk, monday=of)


def send_due() -> None:
    """Send the mails that are due; safe to run in several processes at once."""
    lease_s = _ANSWERS * settings.EMAIL_TIMEOUT + _MORE_S
    deliveries.work_off(
        OutgoingMail, _send, lease=dt.timedelta(seconds=lease_s), pauses=PAUSES
    )


def send_now(row: OutgoingMail) -> None:
    """Send a mail, past the outbox.

    Raises:
        CannotLeave: With what is wrong.
        NobodyNeedsIt: If what it is about is gone.
    """
    _send(row)


@transaction.atomic
def send_again(row: OutgoingMail, *, by: User) -> bool:
    """Have a mail tried again that was given up; whether it was."""
    if again := deliveries.send_again(row):
        audit.record(
            action=AuditAction.CHANGED,
            actor=by,
            detail=f"mail ({row.kind}) to {row.recipient}; sent again",
        )
    return again


def _send(row: OutgoingMail) -> None:
    with override(row.about.get("language", settings.LANGUAGE_CODE)):
        message = LETTERS[row.kind].write(row)
    message.extra_headers |= {
        # The same at each try: who gets it twice can see that it is one.
        "Message-ID": f"<{row.pk}@{_domain()}>",
        "Auto-Submitted": "auto-generated",
    }
    mail.send(message)


def _language_for(recipient: str) -> str:
    """That of the recipient's account or, without one, of the page that asks for the mail."""
    user = User.objects.filter(email__iexact=recipient).first()
    return language_of(user, otherwise=get_language() or "")


def _domain() -> str:
    """That of the sender, for the mails' ids."""
    address = sanitize_address(settings.DEFAULT_FROM_EMAIL, "utf-8")
    return address.rpartition("@")[2].rstrip(">") or "localhost"
