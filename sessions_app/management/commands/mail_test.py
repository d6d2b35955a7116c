"""Send a test mail now, and say in one sentence what is wrong or that it left."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from sessions_app.models import OutgoingMail
from sessions_app.selectors.policy import sends_mail
from sessions_app.services import outbox
from sessions_app.services.deliveries import CannotLeave


class Command(BaseCommand):
    help = (
        "Send a test mail with the settings of this server, and say what became of it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="who gets it")

    def handle(self, *args: Any, **options: Any) -> None:
        address = options["address"]
        try:
            validate_email(address)
        except ValidationError:
            raise CommandError(f"{address!r} is no e-mail address.") from None
        try:
            outbox.send_now(OutgoingMail(kind="test", recipient=address))
        except CannotLeave as error:
            raise CommandError(str(error)) from None
        if not sends_mail():
            self.stdout.write(
                f"Nothing left: FER_EMAIL_BACKEND is {settings.EMAIL_BACKEND}."
            )
            return
        self.stdout.write(
            f"{settings.EMAIL_HOST} accepted the mail to {address}. If it does not "
            "arrive, look into the mail server's log and the spam folder."
        )
