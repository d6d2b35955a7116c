"""Download the detectors' files that no package carries."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inference.tools.fetch import SOURCES, FetchFailed, fetch


class Command(BaseCommand):
    help = "Download YuNet (MIT, OpenCV Zoo) and check that it is the file we know."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--mirror", help="address of another folder with the same files"
        )
        parser.add_argument(
            "--dir",
            type=Path,
            default=settings.FER_ENGINE.models_dir,
            help="where to put them (default: FER_MODELS_DIR, or build/models)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for known in SOURCES:
            try:
                new = fetch(known, options["dir"], mirror=options["mirror"])
            except FetchFailed as error:
                raise CommandError(str(error)) from error
            done = "fetched" if new else "was there already"
            self.stdout.write(f"{options['dir'] / known.name} {done}")
