"""Turn a second factor off, for an admin who has lost telephone and recovery codes."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app.models import User
from sessions_app.services import second_factor


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **_: Any) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            raise CommandError(f"There is no account {email}.")
        done = second_factor.turn_off(user=user, by=None)
        said = "The password alone lets in now." if done else "There was none."
        self.stdout.write(f"{user.email}: {said}")
