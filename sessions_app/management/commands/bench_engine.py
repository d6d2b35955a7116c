"""Measure how fast the engine reads frames."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inference.artefact import ArtefactRefused
from inference.detection.files import ModelFileMissing
from inference.tools.benchmark import Bench, load_frames


class Command(BaseCommand):
    help = "Measure how fast the engine reads a folder of JPEGs."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("frames_dir", type=Path)
        parser.add_argument(
            "--size",
            type=_size,
            metavar="WxH",
            help="bring every frame to this size first, such as 320x240",
        )
        parser.add_argument(
            "--with-original",
            action="store_true",
            help="measure the system that Classmood replaces in the same run "
            "(needs TensorFlow: the training group)",
        )
        parser.add_argument("--json", action="store_true", help="print JSON alone")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            frames = load_frames(options["frames_dir"], options["size"])
            results = Bench(frames, with_original=options["with_original"]).run()
        except (ValueError, ArtefactRefused, ModelFileMissing, ImportError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(results) if options["json"] else _text(results))


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise ArgumentTypeError(f"{text!r} is no size; write it as 320x240")
    return int(width), int(height)


def _text(results: dict[str, Any]) -> str:
    states = ", ".join(f"{n} {state}" for state, n in results["states"].items())
    cores = results["all_cores"]
    lines = [
        f"{results['frames']} frames: {states}",
        f"one thread   {results['one_thread']['frames_per_s']:8.1f} frames/s",
        f"all cores    {cores['frames_per_s']:8.1f} frames/s"
        f" ({cores['processes']} processes)",
    ]
    if "original" in results:
        lines.append(
            f"the original {results['original']['frames_per_s']:8.1f} frames/s on one "
            f"thread; in nine rounds of ten at least {results['ratio_p10']:.1f} "
            "times slower"
        )
    lines.append("ms per frame     median     p10     p95")
    lines += [
        f"  {step:12s} {ms['median']:8.3f}{ms['p10']:8.3f}{ms['p95']:8.3f}"
        for step, ms in results["stages_ms"].items()
    ]
    return "\n".join(lines)
