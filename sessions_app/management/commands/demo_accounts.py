"""Accounts for a visitor of the demo."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from sessions_app.enums import Role
from sessions_app.models import User
from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD


class Command(BaseCommand):
    help = "Create or repair the demo's teacher and admin, and print both."
    requires_system_checks = ()  # `migrate` before it and `serve` after it make them

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.FER_DEMO:
            raise CommandError(
                "Demo accounts have a published password; set FER_DEMO=1 for a demo. "
                "For real use, run `createsuperuser` and invite people from there."
            )
        for email, name, role in reversed(ACCOUNTS):  # never without an admin
            _make_right(email, name, role)
        for email, _, role in ACCOUNTS:
            self.stdout.write(f"  {role.label!s:8} {email:22} password: {PASSWORD}")


def _make_right(email: str, name: str, role: Role) -> None:
    user, made = User.objects.get_or_create(email=email, defaults={"name": name})
    user.role, user.is_active = role, True
    if made or not user.check_password(PASSWORD):  # a new hash would end open logins
        user.set_password(PASSWORD)
    user.save()
