"""Print the link with which somebody sets up the second factor that the operator asks for.

It is mailed at the log-in; this is for a platform whose mails do not arrive yet.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from sessions_app.models import User
from sessions_app.services.mailbox_links import mailbox_links
from sessions_app.web.links import site_link


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **_: Any) -> None:
        user = User.objects.filter(email__iexact=email, is_active=True).first()
        if user is None:
            raise CommandError(f"There is no open account {email}.")
        token = mailbox_links.make_token(user)
        path = reverse("second-factor-mailed", args=[user.pk, token])
        self.stdout.write(site_link(path))
