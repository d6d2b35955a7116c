"""Make the sums of lessons again, from their minutes."""

from typing import Any

from django.core.management.base import BaseCommand

from sessions_app.minutes.kept_figures import rebuild


class Command(BaseCommand):
    help = (
        "Make the figures of all lessons that are over again, from their minutes. "
        "Lessons can be held meanwhile."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        made = 0
        for made in rebuild():
            if options["verbosity"] > 1:
                self.stdout.write(f"{made} lessons")
        self.stdout.write(f"Figures of {made} lessons are made.")
