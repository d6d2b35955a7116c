"""Tell whether a student's receipt is one of ours, unchanged."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app.selectors.my_data import is_ours


class Command(BaseCommand):
    help = "Check the signature of a receipt; exit 1 if this server did not sign it or it was changed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            receipt = json.loads(options["file"].read_text())
        except (OSError, ValueError, RecursionError) as error:
            raise CommandError(f"{options['file']} cannot be read: {error}") from error
        if not is_ours(receipt):
            raise CommandError(
                "This server did not sign the receipt, or the receipt was changed."
            )
        self.stdout.write("Ours, and unchanged.")
