"""Fill a live lesson with students, so that one visitor sees what a class looks like."""

import asyncio
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from inference.contracts import Reading
from sessions_app.enums import SessionState
from sessions_app.lab.camera_frames import class_frames, frames_of_folder
from sessions_app.lab.cast import Cast, Player
from sessions_app.lab.devices import read_by_the_engine
from sessions_app.lab.simulated_clients import NotLetIn, Student
from sessions_app.lab.tally import Tally
from sessions_app.models import ClassSession


class Command(BaseCommand):
    help = "Join real socket clients that play frames into a live lesson."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--students", type=int, default=12)
        parser.add_argument(
            "--inference",
            choices=["server", "device"],
            default="server",
            help="where frames are read: by the server, or by the students' devices",
        )
        parser.add_argument("--minutes", type=float, default=10)
        parser.add_argument("--url", default="http://127.0.0.1:8000")
        parser.add_argument(
            "--code", help="join code; the newest live lesson by default"
        )
        parser.add_argument(
            "--frames",
            type=Path,
            help="folder of pictures of faces; a hundred by default",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        code = options["code"] or self._newest_live_code()
        folder = options["frames"]
        try:
            frames = frames_of_folder(folder) if folder else class_frames()
            on_devices = options["inference"] == "device"
            readings = read_by_the_engine(frames) if on_devices else None
            tally = asyncio.run(
                _hold(
                    options["url"],
                    code,
                    list(readings or frames),
                    options["students"],
                    options["minutes"],
                    readings,
                )
            )
        except (NotLetIn, OSError, ValueError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{tally.sent} frames sent, answered: {dict(tally.answers)}")

    def _newest_live_code(self) -> str:
        live = ClassSession.objects.filter(state=SessionState.LIVE)
        session = live.order_by("-started_at").first()
        if session is None:
            raise CommandError(
                "No lesson is live. Log in as the teacher, start one, then try again."
            )
        self.stdout.write(f"Joining “{session.title}” ({session.join_code}).")
        return session.join_code


async def _hold(
    url: str,
    code: str,
    frames: list[bytes],
    students: int,
    minutes: float,
    readings: dict[bytes, Reading] | None,
) -> Tally:
    """Seat the class and keep it sending until the time is over or the lesson ends.

    With `readings`, of all frames, the students' devices read them.
    """
    tally, cast, began = Tally(), Cast(frames), time.monotonic()
    until = began + minutes * 60
    seats = [Student(url, code, tally) for _ in range(students)]
    await asyncio.gather(
        *(
            _attend(student, Player(student, cast, began, readings), 0.2 * i, until)
            for i, student in enumerate(seats)
        )
    )
    return tally


async def _attend(
    student: Student, player: Player, arrives_s: float, until: float
) -> None:
    try:
        await asyncio.sleep(arrives_s)  # people do not arrive all at once
        await student.join(expression=True, pulse=True)
        await student.connect()
        await player.play(until)
    finally:
        await student.leave()
