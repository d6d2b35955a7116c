"""Django's command, written down: it changes the password of any account."""

from getpass import getuser
from typing import Any

from django.contrib.auth.management.commands import changepassword

from sessions_app.enums import AuditAction
from sessions_app.models import User
from sessions_app.services import audit


class Command(changepassword.Command):
    def handle(self, *args: Any, **options: Any) -> str | None:
        said: str | None = super().handle(*args, **options)
        account = User.objects.get(email=options["username"] or getuser())
        audit.record(
            action=AuditAction.PASSWORD,
            actor=None,
            object_id=str(account.pk),
            detail=f"account {account.email}, on the server; log-ins and API tokens ended",
        )
        return said
