"""Is what a teacher reads true? Play simulated classes through the release and count."""

import json
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inference.artefact import ArtefactRefused, load_calibration
from sessions_app.lab.truth.report import SIZES, Trial, report
from sessions_app.lab.truth.tables import as_text


class Command(BaseCommand):
    help = (
        "Play simulated classes through the calibration, the estimator, the release and "
        "the words; report how far off the shares are and how often a sentence is true."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--sizes", type=int, nargs="+", default=SIZES, help="students of a class"
        )
        parser.add_argument(
            "--minutes", type=int, default=2000, help="of each world and size"
        )
        parser.add_argument(
            "--classes", type=int, default=100, help="of each change and size"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="print JSON alone")

    def handle(self, *args: Any, **options: Any) -> None:
        if min(options["sizes"]) < 1 or min(options["minutes"], options["classes"]) < 1:
            raise CommandError("Sizes, minutes and classes start at 1.")
        trial = Trial(
            tuple(options["sizes"]),
            options["minutes"],
            options["classes"],
            options["seed"],
        )
        try:
            found = report(load_calibration(settings.FER_ARTEFACT), trial)
        except ArtefactRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(found) if options["json"] else as_text(found))
