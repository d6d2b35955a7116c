"""What a first start needs, and every later one may repeat."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from sessions_app.services import people


class Command(BaseCommand):
    help = (
        "Bring the tables to this version and, where nobody has an account yet, make an "
        "admin and print the password, once."
    )
    requires_system_checks = ()  # `migrate` makes them

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        if password := people.make_first_admin():
            self.stdout.write(
                f"  Log in as {people.FIRST_ADMIN} with the password: {password}\n"
                "  It is shown this once; choose another in the menu of your account.\n"
            )
