"""Write everything that is kept into one file, also while lessons run."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from sessions_app.backups import making
from sessions_app.backups.archive import Manifest, written_whole
from sessions_app.backups.cut_off import tidy


class Command(BaseCommand):
    help = (
        "Write a backup of the database; `manage.py restore` takes it over. It holds no "
        "secret key: keep that elsewhere. Lessons may run meanwhile."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="a new file, or - for the standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        with tidy():
            if options["file"] == "-":
                manifest = making.make(sys.stdout.buffer)
            else:
                manifest = _into(Path(options["file"]))
        self.stderr.write(
            f"Backup of {manifest.made_at}, Classmood {manifest.release}, "
            f"{manifest.vendor}.",
            self.style.SUCCESS,
        )
        try:
            making.note()
        except DatabaseError as error:  # tables of another version
            self.stderr.write(f"The audit could not note it: {error}")


def _into(path: Path) -> Manifest:
    try:
        with written_whole(path) as out:
            return making.make(out, path.parent)
    except FileExistsError as error:
        raise CommandError(f"{path} is there already; name a new file.") from error
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}.") from error
