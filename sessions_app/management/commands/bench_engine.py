"""Measure how fast the engine reads frames, and other systems beside it."""

import json
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inference.artefact import ArtefactRefused
from inference.detection.files import ModelFileMissing
from inference.engine import load_engine
from inference.tools.benchmark import Bench, load_frames
from inference.tools.peers import PEERS, Peer


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
            "--with",
            type=_peers,
            default=(),
            dest="peers",
            metavar="NAMES",
            help=f"measure others in the same run: {', '.join(PEERS)} (docs/benchmarks.md "
            "says what each needs)",
        )
        parser.add_argument(
            "--faces", type=Path, help="FER2013: how often each system is right, too"
        )
        parser.add_argument(
            "--votes", type=Path, help="FER+ votes, fer2013new.csv; with --faces"
        )
        parser.add_argument("--json", action="store_true", help="print JSON alone")

    def handle(self, *args: Any, **options: Any) -> None:
        data, votes = options["faces"], options["votes"]
        if bool(data) != bool(votes):
            raise CommandError("Give --faces and --votes together, or neither.")
        try:
            frames = load_frames(options["frames_dir"], options["size"])
            peers = {name: PEERS[name]() for name in options["peers"]}
            results = Bench(frames, peers=peers).run()
            if data:
                results["accuracy"] = _accuracy(peers, data, votes)
        except (ValueError, ArtefactRefused, ModelFileMissing, ImportError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(results) if options["json"] else _text(results))


def _size(text: str) -> tuple[int, int]:
    width, _, height = text.partition("x")
    if not (width.isdigit() and height.isdigit() and int(width) and int(height)):
        raise ArgumentTypeError(f"{text!r} is no size; write it as 320x240")
    return int(width), int(height)


def _peers(text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name not in PEERS:
            known = ", ".join(PEERS)
            raise ArgumentTypeError(f"{name!r} is not known; write some of {known}")
    return names


def _accuracy(peers: Mapping[str, Peer], data: Path, votes: Path) -> dict[str, Any]:
    from training.peer_accuracy import (  # noqa: PLC0415 -- no image has the training
        JudgedFrames,
        accuracy,
        reading_with,
    )

    frames = JudgedFrames.load(data, votes)
    of_ours = {"classmood": accuracy(reading_with(load_engine()), frames)}
    trained = {name: peer for name, peer in peers.items() if peer.trained}
    return of_ours | {n: accuracy(peer.read, frames) for n, peer in trained.items()}


def _text(results: dict[str, Any]) -> str:
    states = ", ".join(f"{n} {state}" for state, n in results["states"].items())
    cores = results["all_cores"]
    lines = [
        f"{results['frames']} frames: {states}",
        f"all cores    {cores['frames_per_s']:8.1f} frames/s"
        f" ({cores['processes']} processes)",
        *_systems(results),
        "ms per frame     median     p10     p95",
    ]
    lines += [
        f"  {step:12s} {ms['median']:8.3f}{ms['p10']:8.3f}{ms['p95']:8.3f}"
        for step, ms in results["stages_ms"].items()
    ]
    return "\n".join(lines)


def _systems(results: dict[str, Any]) -> list[str]:
    """A row for each system: its speed, and how often it was right if that was asked."""
    speeds = {"classmood": results["one_thread"]} | results["peers"]
    judged = results.get("accuracy", {})
    head = "one thread   frames/s  slower, p10"
    rows = [
        f"  {name:10s} {speed['frames_per_s']:8.1f} {speed.get('ratio_p10', 1.0):12.1f}"
        + _right(judged.get(name))
        for name, speed in speeds.items()
    ]
    return [head + ("   found   FER+  FER2013" if judged else ""), *rows]


def _right(figures: dict[str, Any] | None) -> str:
    if figures is None:
        return ""
    found, votes, label = (
        figures[each]["share"] for each in ("found", "right_by_votes", "right_by_label")
    )
    return f"{found:8.1%}{votes:7.1%}{label:9.1%}"
