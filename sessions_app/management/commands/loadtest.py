"""Classes under load: real sockets, consented students, answers counted and timed."""

import asyncio
import json
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from subprocess import CalledProcessError
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from sessions_app.lab.camera_frames import astronaut_frames, frames_of_folder
from sessions_app.lab.endings import lessons_that_run
from sessions_app.lab.load import Load, Plan
from sessions_app.lab.server_process import require_cluster, served
from sessions_app.lab.simulated_clients import NotLetIn
from sessions_app.web.file_handles import allow_many_sockets

MODES = ("embedded", "cluster")
PLACES = ("server", "device")
_FAILURES = (NotLetIn, OSError, RuntimeError, ValueError, CalledProcessError)


class Command(BaseCommand):
    _failed_later = ""
    help = "Measure how many students at which rate the platform serves, and how fast."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--students", type=int, default=150)
        parser.add_argument(
            "--classes", type=int, default=1, help="number of lessons for the students"
        )
        parser.add_argument(
            "--dashboards",
            type=int,
            default=0,
            help="pages of teachers that are open meanwhile; needs --serve",
        )
        parser.add_argument(
            "--inference",
            choices=[*PLACES, "both"],
            default="server",
            help="where frames are read: by the engine of the server, by students' "
            "devices, which send sums, or one after the other; both needs --serve",
        )
        parser.add_argument(
            "--reports",
            type=int,
            default=0,
            help="lessons that end in the same minute meanwhile, each with a report; "
            "needs --serve embedded",
        )
        parser.add_argument("--fps", type=float, default=1.0, help="frames per second")
        parser.add_argument("--seconds", type=float, default=60)
        parser.add_argument(
            "--serve",
            choices=[*MODES, "both"],
            help="start a server for it: one process, what `make cluster` starts, or "
            "one after the other",
        )
        parser.add_argument(
            "--url", help="measure this running server instead; needs --code"
        )
        parser.add_argument("--code", help="join code of a live lesson of that server")
        parser.add_argument("--frames", type=Path, help="folder of pictures")
        parser.add_argument(
            "--obey", action="store_true", help="wait as long as the answers ask for"
        )
        parser.add_argument(
            "--every", type=float, default=10, help="seconds from sample to sample"
        )
        parser.add_argument(
            "--stop-workers-after",
            type=float,
            metavar="S",
            help="freeze the engine after this time",
        )
        parser.add_argument(
            "--for", type=float, default=120, metavar="S", help="duration of the freeze"
        )
        parser.add_argument(
            "--profile",
            action="store_true",
            help="report the cost of each stage (py-spy)",
        )
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["serve"]) == bool(options["url"] and options["code"]):
            raise CommandError(
                "Give --serve embedded, cluster or both, or --url URL with --code CODE."
            )
        if options["dashboards"] and not options["serve"]:
            raise CommandError(
                "Only a server of --serve lets in a teacher: leave out --dashboards."
            )
        if options["inference"] == "both" and not options["serve"]:
            raise CommandError("Only --serve measures both: choose one --inference.")
        if options["reports"] and options["serve"] != "embedded":
            raise CommandError(
                "Reports are waited for in the database of one process: add "
                "--serve embedded."
            )
        allow_many_sockets()
        folder = options["frames"]
        try:
            frames = frames_of_folder(folder) if folder else astronaut_frames()
            report = self._measure(frames, options)
        except _FAILURES as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            json.dumps(report, indent=2) if options["json"] else _text(report)
        )
        if self._failed_later:
            raise CommandError(self._failed_later)

    def _measure(self, frames: list[bytes], options: dict[str, Any]) -> dict[str, Any]:
        plan = Plan(
            students=options["students"],
            classes=options["classes"],
            dashboards=options["dashboards"],
            reports=options["reports"],
            seconds=options["seconds"],
            interval_s=None if options["obey"] else 1 / options["fps"],
            sample_every_s=options["every"],
            stop_workers_after_s=options["stop_workers_after"],
            stopped_for_s=options["for"],
            on_devices=options["inference"] == "device",
            profile=options["profile"],
        )
        if options["url"]:
            load = Load(plan, frames, on_sample=self._say)
            return asyncio.run(load.run(options["url"], [options["code"]]))
        if options["serve"] != "embedded":
            require_cluster()  # now, rather than after the first measurement
        modes = MODES if options["serve"] == "both" else [options["serve"]]
        places = PLACES if options["inference"] == "both" else [options["inference"]]
        runs = {
            _named(mode, place, len(modes), len(places)): (
                mode,
                replace(plan, on_devices=place == "device"),
            )
            for mode in modes
            for place in places
        }
        if len(runs) == 1:
            [(mode, plan)] = runs.values()
            return self._one(mode, plan, frames)
        return self._one_after_the_other(runs, frames)

    def _one_after_the_other(
        self, runs: dict[str, tuple[str, Plan]], frames: list[bytes]
    ) -> dict[str, Any]:
        """What was measured is kept where a later one fails."""
        report: dict[str, Any] = {}
        for name, (mode, plan) in runs.items():
            try:
                report[name] = self._one(mode, plan, frames)
            except _FAILURES as error:
                if not report:
                    raise
                self._failed_later = f"{name} was not measured: {error}"
                break
        return report

    def _one(self, mode: str, plan: Plan, frames: list[bytes]) -> dict[str, Any]:
        place = "device" if plan.on_devices else "server"
        own = {"FER_WINDOW_S": "60", "FER_INFERENCE": place}
        first = lessons_that_run(plan.reports) if plan.reports else ()
        with served(own, cluster=mode == "cluster", first=first) as server:
            load = Load(plan, frames, server=server, on_sample=self._say)
            return asyncio.run(load.with_own_classes(server))

    def _say(self, sample: dict[str, Any]) -> None:
        """One line a sample, so that who waits for an hour sees how it goes."""
        self.stderr.write(
            f"{sample['at_s']:7.0f} s  {sample['analysed_per_s']:6.1f} analysed/s  "
            f"p95 {sample['latency_ms']['p95']} ms  "
            f"{sum(sample.get('rss_mb', {}).values()):.0f} MiB"
        )


def _named(mode: str, place: str, modes: int, places: int) -> str:
    """A column's name: what differs between the columns."""
    parts = [mode] * (modes > 1) + [place] * (places > 1)
    return ", ".join(parts)


def _text(report: dict[str, Any]) -> str:
    """A line for each figure; two servers side by side."""
    columns = [report] if "students" in report else list(report.values())
    lines = [] if len(columns) == 1 else [f"{'':16} " + _row(list(report))]
    names = [name for name in columns[0] if name != "samples"]
    lines += [f"{name:16} " + _row([c[name] for c in columns]) for name in names]
    return "\n".join(lines)


def _row(cells: list[Any]) -> str:
    return "".join(f"{cell!s:46}" for cell in cells).rstrip()
