"""Is the mood right? A class whose true shares are known, through the real doors."""

import asyncio
import json
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError

from inference.labels import EMOTIONS
from inference.mood import GROUPING
from sessions_app.lab.camera_frames import paste_face
from sessions_app.lab.faces import load_faces
from sessions_app.lab.server_process import Served, served
from sessions_app.lab.simulated_clients import NotLetIn, Student, Teacher
from sessions_app.lab.tally import Tally
from training.data import Faces

# The class before and after the change, in the labels' order.
CALM = (0.03, 0.01, 0.03, 0.20, 0.10, 0.03, 0.60)
SAD = (0.08, 0.02, 0.08, 0.07, 0.45, 0.05, 0.25)
_FRAMES_EACH = 12  # faces that a student shows of one expression, in turn
_SEED = 7


class Command(BaseCommand):
    help = "Run a class whose true mood changes at a known minute; report the error."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--faces",
            type=Path,
            required=True,
            help="class folders of face crops, or FER2013 (its PrivateTest)",
        )
        parser.add_argument(
            "--votes",
            type=Path,
            help="FER+'s votes: what most voters say is true, not FER2013's label",
        )
        parser.add_argument("--students", type=int, default=40)
        parser.add_argument("--minutes", type=int, default=10)
        parser.add_argument("--change-at", type=int, default=5, help="minute, from 0")
        parser.add_argument(
            "--window", type=int, default=60, help="length of a minute in seconds"
        )
        parser.add_argument("--interval", type=float, default=2.0)
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            faces = load_faces(options["faces"], options["votes"])
        except (OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        environment = {"FER_WINDOW_S": str(options["window"]), "FER_MIN_GROUP": "10"}
        try:
            with served(environment) as server:
                report = asyncio.run(MoodCheck(server, faces, options).run())
        except (NotLetIn, RuntimeError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            json.dumps(report, indent=2) if options["json"] else _text(report)
        )


class MoodCheck:
    """One class of students who each show real faces of one true expression."""

    def __init__(self, server: Served, faces: Faces, options: dict[str, Any]) -> None:
        self._server, self._faces = server, faces
        self._n: int = options["students"]
        self._minutes: int = options["minutes"]
        self._change_at: int = options["change_at"]
        self._window_s: int = options["window"]
        self._interval_s: float = options["interval"]
        self._rng = np.random.default_rng(_SEED)
        self._sentences: list[dict[str, Any]] = []

    async def run(self) -> dict[str, Any]:
        teacher = Teacher(self._server.url)
        try:
            await teacher.log_in(self._server.email, self._server.password)
            path, code = await teacher.open_class(
                "Mood check", interval_s=self._interval_s
            )
            began = time.monotonic()
            truths = [_assign(CALM, self._n), _assign(SAD, self._n)]
            class_of = [self._frames(a, b) for a, b in zip(*truths, strict=True)]
            await asyncio.gather(
                self._watch(teacher, path, began),
                *(self._attend(code, frames, began) for frames in class_of),
            )
            return self._report(await teacher.timeline(path), truths)
        finally:
            await teacher.leave()

    def _frames(self, before: int, after: int) -> list[list[bytes]]:
        """A student's frames, of the expression before and of the one after."""
        return [
            [paste_face(face, rng=self._rng) for face in self._chosen(expression)]
            for expression in (before, after)
        ]

    def _chosen(self, expression: int) -> np.ndarray:
        """One face, or a few: people do not change from frame to frame."""
        of_it: np.ndarray = self._faces.images[self._faces.labels == expression]
        return of_it[self._rng.integers(0, len(of_it), 1)].repeat(_FRAMES_EACH, axis=0)

    async def _attend(self, code: str, frames: list[list[bytes]], began: float) -> None:
        student, shown = Student(self._server.url, code, Tally()), [0]

        def frame() -> bytes:
            shown[0] += 1
            phase = frames[self._phase_at(time.monotonic() - began)]
            return phase[shown[0] % len(phase)]

        try:
            await student.join()
            await student.connect()
            await asyncio.sleep(2)
            await student.send(
                frame,
                interval_s=self._interval_s,
                until=began + self._minutes * self._window_s,
            )
        finally:
            await student.leave()

    def _phase_at(self, elapsed_s: float) -> int:
        return int(elapsed_s >= self._change_at * self._window_s)

    async def _watch(self, teacher: Teacher, path: str, began: float) -> None:
        """Read what the dashboard says, until the last minute must be closed."""
        lasts = self._minutes * self._window_s + 20
        while (elapsed := time.monotonic() - began) < lasts:
            summary = (await teacher.timeline(path))["summary"]
            if not self._sentences or self._sentences[-1]["summary"] != summary:
                self._sentences.append(
                    {
                        "at_minute": round(elapsed / self._window_s, 2),
                        "summary": summary,
                    }
                )
            await asyncio.sleep(1)

    def _report(
        self, timeline: dict[str, Any], truths: list[list[int]]
    ) -> dict[str, Any]:
        shares = [np.bincount(t, minlength=len(EMOTIONS)) / self._n for t in truths]
        rows = [
            self._row(minute, shares)
            for minute in timeline["minutes"]
            if minute["groups"] and minute["index"] < self._minutes
        ]
        changes = [s for s in self._sentences if s["summary"]["expression"]["change"]]
        errors = [row["error"] for row in rows]
        return {
            "students": self._n,
            "minutes": rows,
            "mean_error": round(float(np.mean(errors)), 3) if errors else None,
            "change_at_minute": self._change_at,
            "first_change_named_at_minute": changes[0]["at_minute"]
            if changes
            else None,
            "sentences": self._sentences,
        }

    def _row(self, minute: dict[str, Any], shares: list[np.ndarray]) -> dict[str, Any]:
        truth = shares[int(minute["index"] >= self._change_at)]
        groups = GROUPING @ truth
        released = list(minute["groups"].values())
        error = np.abs(np.array(released) - groups).sum() / 2
        return {
            "minute": minute["index"],
            "size": minute["size"],
            "true": groups.round(3).tolist(),
            "released": released,
            "error": round(float(error), 3),
        }


def _assign(shares: tuple[float, ...], n: int) -> list[int]:
    """Give each student one expression so that the class has these shares."""
    edges = np.round(np.cumsum(shares) / sum(shares) * n).astype(int)
    return [int(np.searchsorted(edges, i, side="right")) for i in range(n)]


def _text(report: dict[str, Any]) -> str:
    lines = [
        f"minute {row['minute']:2}  size {row['size']:3}  error {row['error']:.3f}"
        for row in report["minutes"]
    ]
    lines += [
        f"{s['at_minute']:6.2f}  {s['summary']['sentence']}  {s['summary']['change']}"
        for s in report["sentences"]
    ]
    lines += [
        f"mean error {report['mean_error']}; the change came at minute "
        f"{report['change_at_minute']} and was first named at minute "
        f"{report['first_change_named_at_minute']}"
    ]
    return "\n".join(lines)
