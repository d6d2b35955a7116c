"""From what a load test measured to what many students need: a paper model."""

import json
import math
from argparse import ArgumentParser
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

BUSY = 0.7  # share of a core that a web process or a worker is planned to use
REDIS_BUSY = 0.5  # it has one thread, and all wait for it
ON_THE_WIRE = 150  # bytes around a frame or an answer: headers of frames, TLS, TCP, IP
ANSWER = 250  # bytes of JSON


class Command(BaseCommand):
    help = "Calculate what a number of students needs, from a cluster's load test."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "report", type=Path, help="output of `loadtest --serve cluster --json`"
        )
        parser.add_argument("--students", type=int, default=100_000)
        parser.add_argument(
            "--interval", type=float, default=2.0, help="seconds from frame to frame"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = json.loads(options["report"].read_text())
            units = Units.of(report.get("cluster", report))
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        except (KeyError, AttributeError) as error:
            raise CommandError(
                f"{options['report']} is no report of a cluster's load test."
            ) from error
        needs = needed(units, options["students"], options["interval"])
        for what, figure in needs.items():
            self.stdout.write(f"{what:44} {figure:>12,}")


@dataclass(frozen=True)
class Units:
    """What one frame, or one student, costs."""

    cpu_ms: dict[str, float]  # of a core, per frame, by part
    memory_kb: dict[str, float]  # per student, by part
    process_mb: dict[str, float]  # of one process, by part
    redis_commands: float  # per frame
    redis_bytes: float  # into both, per frame
    frame_bytes: float

    @classmethod
    def of(cls, report: dict[str, Any]) -> "Units":
        last = report["samples"][-1]["rss_mb"]
        return cls(
            cpu_ms=report["cpu_ms_per_frame"],
            memory_kb=report["memory_kb_per_student"],
            # `make cluster` has two of each; a worker is Celery and its pool's process.
            process_mb={part: last[part] / 2 for part in ("web", "workers")},
            redis_commands=report["redis_commands_processed_per_frame"],
            redis_bytes=report["redis_net_input_bytes_per_frame"],
            frame_bytes=report["frame_bytes"],
        )

    def frames_per_core(self, part: str) -> float:
        return 1000 / self.cpu_ms[part]


def needed(units: Units, students: int, interval_s: float) -> dict[str, int]:
    """What a number of students need at once, each sending a frame at an interval."""
    frames = students / interval_s
    web = math.ceil(frames / units.frames_per_core("web") / BUSY)
    workers = math.ceil(frames / units.frames_per_core("workers") / BUSY)
    redis = units.frames_per_core("redis") * REDIS_BUSY
    memory_mb = web * units.process_mb["web"] + workers * units.process_mb["workers"]
    memory_mb += students * units.memory_kb["web"] / 1024
    up = frames * (units.frame_bytes + ON_THE_WIRE) * 8 / 1e6
    return {
        "frames a second": round(frames),
        "students per core of a worker": _students(units, "workers", interval_s),
        "students per core of a web process": _students(units, "web", interval_s),
        "web processes": web,
        "inference workers": workers,
        "memory of both, GiB": math.ceil(memory_mb / 1024),
        "proxy, cores": math.ceil(frames * units.cpu_ms["proxy"] / 1000),
        "Redis, commands a second": round(frames * units.redis_commands),
        "Redis, Mbit/s in": round(frames * units.redis_bytes * 8 / 1e6),
        "frames a second that one pair of Redis bears": round(redis),
        "pairs of Redis, so cells": math.ceil(frames / redis),
        "PostgreSQL, cores": math.ceil(frames * units.cpu_ms["postgresql"] / 1000),
        "from students, Mbit/s": round(up),
        "to students, Mbit/s": round(frames * (ANSWER + ON_THE_WIRE) * 8 / 1e6),
    }


def _students(units: Units, part: str, interval_s: float) -> int:
    return round(units.frames_per_core(part) * BUSY * interval_s)
