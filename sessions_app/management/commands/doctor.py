"""Look at a running installation from outside and inside; one line and a remedy each."""

import json
from argparse import ArgumentParser
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlsplit

from django.core.management.base import BaseCommand, CommandError

from inference.artefact import ArtefactRefused
from sessions_app.doctor import inside
from sessions_app.doctor.findings import Check, Finding, State, skipped
from sessions_app.doctor.outside import Outside
from sessions_app.web.links import site_link


class Command(BaseCommand):
    help = (
        "Check this installation: its public address as a browser meets it, and what it "
        "stands on. Exit 1 if anything is at fault."
    )
    requires_system_checks: list[str] = []  # they are lines of the report

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--url", help="the public address; by default that of the settings"
        )
        parser.add_argument(
            "--skip", action="append", default=[], metavar="NAME", help="leave out"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        url = _origin(options["url"] or site_link(""))
        checks = Outside(url).checks() | inside.checks()
        if unknown := set(options["skip"]) - set(checks):
            raise CommandError(
                f"There is no check {sorted(unknown)[0]!r}; there are: "
                f"{', '.join(checks)}."
            )
        wanted = {n: c for n, c in checks.items() if n not in options["skip"]}
        if options["json"]:
            found = list(_findings(wanted))
            lines = [{"name": name, **asdict(finding)} for name, finding in found]
            healthy = _is_healthy(finding for _, finding in found)
            self.stdout.write(
                json.dumps(
                    {"url": url, "healthy": healthy, "findings": lines}, indent=2
                )
            )
        else:
            self.stdout.write(f"Classmood at {url}")
            healthy = _is_healthy(self._told(wanted))
        if not healthy:
            raise SystemExit(1)

    def _told(self, checks: dict[str, Check]) -> Iterator[Finding]:
        """Write each finding as soon as it is there."""
        styles: dict[State, Callable[[str], str]] = {
            State.OK: self.style.SUCCESS,
            State.WARNING: self.style.WARNING,
            State.FAULT: self.style.ERROR,
            State.SKIPPED: str,
        }
        for name, finding in _findings(checks):
            word = styles[finding.state](f"{finding.state.upper():8}")
            self.stdout.write(f"{word}{name:12} {finding.says}")
            if finding.remedy:
                self.stdout.write(f"{'':20} -> {finding.remedy}")
            yield finding


def _findings(checks: dict[str, Check]) -> Iterator[tuple[str, Finding]]:
    for name, check in checks.items():
        try:
            for finding in check():
                yield name, finding
        except ArtefactRefused:  # `artefact` says why
            yield name, skipped("This cannot be asked without the model.")


def _is_healthy(findings: Iterable[Finding]) -> bool:
    return State.FAULT not in {finding.state for finding in findings}


def _origin(url: str) -> str:
    """Refuse what is more or less than scheme, name and port.

    Raises:
        CommandError: In one sentence.
    """
    whole = url.rstrip("/")
    try:
        parts = urlsplit(whole)
        fits = parts.scheme in {"http", "https"} and bool(parts.hostname)
        fits = fits and whole == f"{parts.scheme}://{parts.netloc}" and parts.port != 0
    except ValueError:  # a port that is none, or brackets that do not match
        fits = False
    if not fits:
        raise CommandError(f"{url!r} is no address; write https://class.example.org.")
    return whole
