"""Log-ins: written down as they come and go, and ended by hand."""

import datetime as dt
from contextlib import suppress
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, logout
from django.contrib.auth.signals import (
    user_logged_in,
    user_logged_out,
    user_login_failed,
)
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.signals import post_delete, pre_delete
from django.dispatch import receiver
from django.http import HttpRequest

from sessions_app.enums import AuditAction, Purpose
from sessions_app.models import ClassSession, LogIn, User, session_store
from sessions_app.models.devices import device_in_words
from sessions_app.services import audit, consent
from sessions_app.services.withdrawals import NotWritten
from sessions_app.web import lti, single_sign_on
from sessions_app.web.participant_cookie import participants_in

_WAYS = {
    single_sign_on.BACKEND: "by sign-on, ",
    lti.BACKEND: "from a learning platform, ",
}
_REFUSALS_EVERY = dt.timedelta(minutes=1)  # per account: guessing fills no disk


@transaction.atomic
def end(*, user: User, by: User, key: str) -> bool:
    """End one of an account's log-ins, by its row's key; return whether it existed."""
    return _end(user.log_ins.filter(session_key=key), user, by) > 0


@transaction.atomic
def end_all(*, user: User, by: User, keep: str | None = None) -> int:
    """End somebody's log-ins but the one with the key to keep; return how many."""
    rows = LogIn.objects.open().filter(user=user)
    return _end(rows.exclude(session_key=keep or ""), user, by)


def leave_if_ended(request: HttpRequest) -> None:
    """Log out where what was just done has ended the log-in that did it."""
    key = session_store.stored_key(request.session.session_key or "")
    if not LogIn.objects.filter(session_key=key).exists():
        logout(request)


@receiver(user_logged_in)
def _on_log_in(request: HttpRequest, user: User, **_: Any) -> None:
    session_store.begin(request)
    where = device_in_words(request.headers.get("User-Agent", ""))
    how = _WAYS.get(request.session[BACKEND_SESSION_KEY], "")
    audit.record(action=AuditAction.LOGGED_IN, actor=user, detail=f"{how}{where}")


@receiver(user_logged_in)
def _stop_taking_part(request: HttpRequest, **_: Any) -> None:
    """Withdraw what this browser agreed to as a student: staff do not count.

    Its open sockets know no log-in that came after them, but they know what is
    withdrawn, as for any student. Those of a class that has not begun yet send once
    it does.
    """
    if settings.FER_DEMO:  # there, one visitor is the teacher and the class
        return
    joined = ClassSession.objects.not_ended().filter(participants__isnull=False)
    for participant in participants_in(request.COOKIES, joined.distinct()):
        with suppress(NotWritten):  # it holds already, and is tried again
            consent.decide(
                participant=participant, decisions=dict.fromkeys(Purpose, False)
            )


@receiver(pre_delete, sender=SocialAccount)
def _hold_its_owner(instance: SocialAccount, **_: Any) -> None:
    """Lock the account first, as where a log-in is stored: nobody waits in a circle."""
    User.objects.select_for_update().filter(pk=instance.user_id).first()


@receiver(post_delete, sender=SocialAccount)
def _end_what_it_gave(instance: SocialAccount, **_: Any) -> None:
    """End log-ins with the connection that gave them, whichever door ended that.

    Of an account that nothing else opens it gave all there is, API tokens included.
    """
    LogIn.objects.filter(user=instance.user_id).end_given_by({instance.pk})
    user = User.objects.filter(pk=instance.user_id).first()
    others = SocialAccount.objects.filter(user=instance.user_id)
    if user and not (user.has_usable_password() or others.exists()):
        user.end_all_access()


@receiver(user_logged_out)
def _on_log_out(user: User | None, **_: Any) -> None:
    if user is not None:
        audit.record(action=AuditAction.LOGGED_OUT, actor=user)


@receiver(user_login_failed)
def _on_refusal(credentials: dict[str, Any], **_: Any) -> None:
    """Name the account, never what was typed: it may be a password in the wrong field."""
    known = User.objects.filter(email__iexact=str(credentials.get("username"))).first()
    audit.once_in_a_while(
        action=AuditAction.REFUSED,
        actor=None,
        object_id=str(known.pk) if known else "",
        detail=f"account {known.email}" if known else "an unknown address",
        every=_REFUSALS_EVERY,
    )


def _end(rows: QuerySet[LogIn], user: User, by: User) -> int:
    ended = list(rows)
    for each in ended:
        _note_end(each, user, by)
        each.delete()
    return len(ended)


def _note_end(log_in: LogIn, user: User, by: User) -> None:
    owner = "" if by == user else f" of {user.email}"
    detail = f"log-in{owner}: {device_in_words(log_in.device)}"
    audit.record(action=AuditAction.ENDED, actor=by, detail=detail)
