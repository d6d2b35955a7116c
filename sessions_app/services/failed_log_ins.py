"""What is kept of a log-in that failed: who, from where and how often; not the form."""

from typing import Any

from axes.models import AccessAttempt
from django.db.models.signals import pre_save
from django.dispatch import receiver


@receiver(pre_save, sender=AccessAttempt)
def keep_no_form(instance: AccessAttempt, **_: Any) -> None:
    """Blank what was sent: axes hides the field it calls a password, and no other."""
    instance.get_data = instance.post_data = ""
