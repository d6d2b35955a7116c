"""What is kept of a failed log-in: a mark of who, from where, how often; not the form."""

from typing import Any

from axes import utils as axes
from axes.models import AccessAttempt
from django.db.models.signals import pre_save
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def counted_under(
    request: HttpRequest | None, credentials: dict[str, Any] | None = None
) -> str:
    """What failures of a name are counted under; axes finds it by its setting.

    Not the name itself: what was typed may be a password in the wrong field.
    """
    sent = credentials or (request.POST if request else {})
    return _mark(str(sent.get("username") or ""))


def forget_failures(email: str) -> None:
    """Let an account in again that was locked."""
    axes.reset(username=_mark(email))


@receiver(pre_save, sender=AccessAttempt)
def keep_no_form(instance: AccessAttempt, **_: Any) -> None:
    """Blank what was sent: axes hides the field it calls a password, and no other."""
    instance.get_data = instance.post_data = ""


def _mark(name: str) -> str:
    return salted_hmac("failed log-in", name.lower(), algorithm="sha256").hexdigest()
