"""Delete what is older than the policy allows, now; the server does so every hour."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sessions_app.models.erasure import erase
from sessions_app.selectors.retention import forgotten
from sessions_app.services import retention


class Command(BaseCommand):
    help = "Delete what is older than the policy allows, and end forgotten lessons."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="count, and change nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        now, dry_run = timezone.now(), options["dry_run"]
        verb = "to delete" if dry_run else "deleted"
        for kind, count in retention.purge(now=now, dry_run=dry_run).items():
            self.stdout.write(f"{count:8} {kind} {verb}")
        count = forgotten(now=now).count()
        if not dry_run:
            count = retention.end_forgotten(now=now)
            erase()
        verb = "to end" if dry_run else "ended"
        self.stdout.write(f"{count:8} forgotten lessons {verb}")
