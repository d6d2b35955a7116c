"""Say what policy holds, and whether the platform keeps to it."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from sessions_app.models.policy import effective_policy
from sessions_app.selectors.policy import remarks, violations


class Command(BaseCommand):
    help = "Print the policy that holds and every violation; exit 1 if there is any."

    def handle(self, *args: Any, **options: Any) -> None:
        for name, value in asdict(effective_policy()).items():
            self.stdout.write(f"{name.replace('_', ' '):20} {_word(value)}")
        for sentence in remarks(today=timezone.localdate()):
            self.stdout.write(f"Note: {sentence}")
        found = violations(now=timezone.now())
        for sentence in found:
            self.stdout.write(self.style.ERROR(f"Violation: {sentence}"))
        if found:
            raise SystemExit(1)
        self.stdout.write("No violations.")


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return "not decided" if value is None else str(value)
