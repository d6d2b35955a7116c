"""A picture of what `loadtest --json` sampled: frames, latency and memory over time."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app.lab.load_chart import draw


class Command(BaseCommand):
    help = "Draw the samples of a load test (needs matplotlib: the training group)."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("report", type=Path, help="output of `loadtest --json`")
        parser.add_argument(
            "picture", type=Path, help="file to write, such as soak.png"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = json.loads(options["report"].read_text())
            draw(report["samples"], options["picture"])
        except (OSError, ValueError, ImportError) as error:
            raise CommandError(str(error)) from error
        except (KeyError, TypeError) as error:
            raise CommandError(
                f"{options['report']} is no report of one load test."
            ) from error
