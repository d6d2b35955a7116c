"""Is what a teacher reads true? Play simulated classes through the release and count."""

import json
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from inference.artefact import ArtefactRefused, load_calibration
from inference.contracts import Calibration
from sessions_app.lab.truth.alerts import SIZES as SIZES_OF_ALERTS
from sessions_app.lab.truth.alerts import AlertTrial, alert_report
from sessions_app.lab.truth.report import SIZES, Trial, report
from sessions_app.lab.truth.span_tables import as_text as spans_as_text
from sessions_app.lab.truth.spans import SIZES as SIZES_OF_SPANS
from sessions_app.lab.truth.spans import SpanTrial, span_report
from sessions_app.lab.truth.tables import as_text
from sessions_app.selectors.alert_figures import as_text as alerts_as_text

# All figures, and what puts them into tables.
_Found = tuple[dict[str, Any], Callable[[dict[str, Any]], str]]


class Command(BaseCommand):
    help = (
        "Play simulated classes through the calibration, the estimator, the release and "
        "the words; report how far off the shares are and how often a sentence is true."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sizes", type=int, nargs="+", help="students of a class")
        parser.add_argument(
            "--spans",
            action="store_true",
            help="measure topics, lessons, courses and their differences instead",
        )
        parser.add_argument(
            "--alerts",
            action="store_true",
            help="measure how often alerts are wrong, and how late, instead",
        )
        parser.add_argument(
            "--courses",
            type=int,
            default=40,
            help="of each world and size, for --spans",
        )
        parser.add_argument(
            "--minutes", type=int, default=2000, help="of each world and size"
        )
        parser.add_argument(
            "--classes",
            type=int,
            default=100,
            help="of each change and size, also for --alerts",
        )
        parser.add_argument(
            "--lessons", type=int, default=200, help="of each world and size, summed up"
        )
        parser.add_argument(
            "--with-topics",
            type=int,
            default=200,
            help="lessons of each world and size, for --spans",
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="print JSON alone")

    def handle(self, *args: Any, **options: Any) -> None:
        names = ("minutes", "classes", "lessons", "courses", "with_topics")
        if min(*(options["sizes"] or [1]), *(options[name] for name in names)) < 1:
            raise CommandError(
                "Sizes and numbers of minutes, classes, lessons and courses start at 1."
            )
        if options["spans"] and options["courses"] < 2:
            raise CommandError(
                "One course of two keeps its mood: --courses starts at 2."
            )
        if options["spans"] and settings.FER_NOISE_SCALE != 1:
            raise CommandError(
                "Spans are read as the settings release minutes; call it with "
                "FER_NOISE_SCALE=1 FER_MIN_GROUP=10, as production has it."
            )
        if options["spans"] and options["alerts"]:
            raise CommandError("Choose one: --spans or --alerts.")
        played = self._minutes
        if options["spans"]:
            played = self._spans
        if options["alerts"]:
            played = self._alerts
        try:
            found, text = played(load_calibration(settings.FER_ARTEFACT), options)
        except ArtefactRefused as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(found) if options["json"] else text(found))

    def _minutes(self, calibration: Calibration, options: dict[str, Any]) -> _Found:
        trial = Trial(
            tuple(options["sizes"] or SIZES),
            options["minutes"],
            options["classes"],
            options["lessons"],
            options["seed"],
        )
        return report(calibration, trial), as_text

    def _spans(self, calibration: Calibration, options: dict[str, Any]) -> _Found:
        sizes = tuple(options["sizes"] or SIZES_OF_SPANS)
        trial = SpanTrial(
            sizes, options["courses"], options["with_topics"], options["seed"]
        )
        return span_report(calibration, trial), spans_as_text

    def _alerts(self, calibration: Calibration, options: dict[str, Any]) -> _Found:
        sizes = tuple(options["sizes"] or SIZES_OF_ALERTS)
        trial = AlertTrial(sizes, options["classes"], options["seed"])
        return alert_report(calibration, trial), alerts_as_text
