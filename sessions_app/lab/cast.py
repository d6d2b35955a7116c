"""A class made of code that behaves like people for an hour.

Every student keeps a face for a minute or more and changes to one that fits how the
lesson goes; what no face was found in is never sent again. Taps follow the lesson, too,
and are renewed before they expire.
"""

import asyncio
import math
import random
import time
from contextlib import suppress
from typing import Any

import aiohttp

from inference.contracts import Reading
from sessions_app.enums import Tap
from sessions_app.lab.devices import Device
from sessions_app.lab.simulated_clients import NotLetIn, Student
from sessions_app.live.protocol import Answer

FACE_KEPT_S = (60.0, 180.0)
TAP_KEPT_S = (60.0, 240.0)  # a tap counts for five minutes
_DEVICE_READS_EVERY_S = 2.0
_PERIOD_S = 20 * 60  # from one good stretch of the lesson to the next
# People before a camera rest or smile; a face that frowns is rare, in photos as well.
_GLAD = {"happy", "surprise"}
_TAPS_WHEN_WELL = [Tap.OK] * 9 + [Tap.TOO_SLOW]
_TAPS_ELSE = [Tap.LOST] * 3 + [Tap.TOO_FAST] * 3 + [Tap.OK] * 4


def ease(elapsed_s: float) -> float:
    """How well the lesson goes, 0.1 to 0.9: it begins well and drifts to and fro."""
    return 0.5 + 0.4 * math.cos(2 * math.pi * elapsed_s / _PERIOD_S)


class Cast:
    """The faces that a class may show, with what the platform said of each."""

    def __init__(self, frames: list[bytes]) -> None:
        self._labels: dict[bytes, str | None] = dict.fromkeys(frames)  # None: not heard

    def heard(self, frame: bytes, answer: dict[str, Any]) -> None:
        """Learn from the answer to a frame; one without a face is never sent again.

        Raises:
            ValueError: If that was the last one.
        """
        if answer["state"] in {"no_face", "rejected"}:
            self._labels.pop(frame, None)
            if not self._labels:
                raise ValueError("No face was found in any picture; give others.")
        elif answer["scores"]:
            self._labels[frame] = max(answer["scores"], key=answer["scores"].get)

    def has(self, frame: bytes) -> bool:
        return frame in self._labels

    def pick(self, ease: float) -> bytes:
        """A face for a student, a glad one with the probability `ease`."""
        glad = random.random() < ease
        fitting = [
            frame
            for frame, label in self._labels.items()
            if label is None or (label in _GLAD) == glad
        ]
        return random.choice(fitting or list(self._labels))


class Player:
    """One student: what it shows and taps, and when it changes both."""

    def __init__(
        self,
        student: Student,
        cast: Cast,
        began: float,
        readings: dict[bytes, Reading] | None = None,
    ) -> None:
        """With `readings`, of all frames of the cast, it is its device that reads them."""
        self._student, self._cast, self._began = student, cast, began
        self._readings = readings
        self._frame = cast.pick(self._ease())
        self._changes_at = self._after(FACE_KEPT_S)

    async def play(self, until: float) -> None:
        """Show faces and tap until a moment of the monotonic clock, or the end."""
        tapping = asyncio.create_task(self._tap_again_and_again())
        try:
            if self._readings is None:
                await self._student.send(self._face, until=until, heard=self._heard)
            else:
                device = Device(self._look, _DEVICE_READS_EVERY_S)
                await self._student.send_readings(device, until=until)
        finally:
            tapping.cancel()
            await asyncio.gather(tapping, return_exceptions=True)

    def _face(self) -> bytes:
        if time.monotonic() >= self._changes_at or not self._cast.has(self._frame):
            self._frame = self._cast.pick(self._ease())
            self._changes_at = self._after(FACE_KEPT_S)
        return self._frame

    def _look(self) -> Reading:
        """What the device reads now; it learns of it as the server would answer."""
        assert self._readings is not None
        reading = self._readings[self._face()]
        self._heard(Answer(0, reading, 0).as_json())
        return reading

    def _heard(self, answer: dict[str, Any]) -> None:
        self._cast.heard(self._frame, answer)

    async def _tap_again_and_again(self) -> None:
        while True:
            well = random.random() < self._ease()
            taps = _TAPS_WHEN_WELL if well else _TAPS_ELSE
            with suppress(NotLetIn, aiohttp.ClientError):  # a paused class takes none
                await self._student.tap(random.choice(taps).value)
            await asyncio.sleep(random.uniform(*TAP_KEPT_S))

    def _ease(self) -> float:
        return ease(time.monotonic() - self._began)

    @staticmethod
    def _after(kept_s: tuple[float, float]) -> float:
        return time.monotonic() + random.uniform(*kept_s)
