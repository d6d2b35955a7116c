"""Put a backup in the place of what the database holds; that is kept aside."""

import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from django.core.management.base import BaseCommand, CommandError

from sessions_app.backups.archive import CannotRestore
from sessions_app.backups.cut_off import tidy
from sessions_app.backups.restoring import restore
from sessions_app.backups.stores import store


class Command(BaseCommand):
    help = (
        "Take over a file of `manage.py backup`, of this version or an older one. Stop "
        "the platform first. What is there now is kept aside."
    )
    requires_system_checks: list[str] = []  # they would open the database

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("file", nargs="?", help="the backup, or - for standard input")
        what.add_argument(
            "--delete-replaced",
            action="store_true",
            help="delete what earlier restores put aside",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["delete_replaced"]:
            for what in store().delete_replaced():
                self.stdout.write(f"Deleted {what}.")
            return
        try:
            with tidy(), _opened(options["file"]) as source:
                done = restore(source, store().workplace())
        except CannotRestore as error:
            raise CommandError(f"{error} Nothing was changed.") from error
        self.stdout.write(
            f"Restored the backup of {done.manifest.made_at}. The state before is kept "
            f"as {done.replaced}; `manage.py restore --delete-replaced` deletes it."
        )
        self.stdout.write(
            "Everybody has to log in again, and students of lessons that are not over "
            "decide again. Accounts are as they were: close those that were closed since, "
            "and revoke what was revoked."
        )
        if not done.same_key:
            self.stdout.write(
                self.style.WARNING(
                    "FER_SECRET_KEY is not that of the backup: receipts, invitations "
                    "and the secrets of webhooks made by it are void."
                )
            )


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 -- only its opening may fail so
    except OSError as error:
        raise CannotRestore(f"{name} cannot be read: {error.strerror}.") from error
    with file:
        yield file
