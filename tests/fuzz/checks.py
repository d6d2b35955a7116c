"""What holds for every message, whatever it is."""

import json
import time

import pytest

from inference.contracts import FrameState
from inference.decoding import MAX_BYTES
from inference.engine import Engine, load_engine
from inference.labels import EMOTIONS
from sessions_app.live.protocol import Answer, BadMessage, pack_frame, parse_frame
from tests.inference.frames import ASTRONAUT_JPEG

SLOW_S = 1.0  # of the processor: half of what a whole batch is given


class Reader:
    """The way of a message from the parser to the answer's text."""

    def __init__(self, engine: Engine | None = None):
        self._engine = engine or load_engine()
        [self._neighbour] = self._engine.read([ASTRONAUT_JPEG])

    def read(self, message):
        """Read one message and check all that was promised; the processor's seconds.

        Raises:
            AssertionError: If something does not hold.
        """
        try:
            frame = parse_frame(message)
        except BadMessage:
            return 0.0
        assert pack_frame(frame) == message
        began = time.thread_time()
        own, neighbour = self._engine.read([frame.jpeg, ASTRONAUT_JPEG])
        took_s = time.thread_time() - began
        self._check(own, frame)
        assert neighbour.state == FrameState.OK, "a batch's other frame was lost"
        assert neighbour.scores == pytest.approx(self._neighbour.scores, abs=1e-6)
        assert took_s < SLOW_S, f"{took_s:.2f} s for {len(message)} bytes"
        return took_s

    def _check(self, reading, frame):
        assert reading.state in set(FrameState) - {FrameState.DROPPED}
        if len(frame.jpeg) > MAX_BYTES:
            assert reading.state == FrameState.REJECTED
        assert (reading.scores is None) == (reading.state != FrameState.OK)
        assert bool(reading.reason) == (reading.state == FrameState.REJECTED)
        if reading.scores is not None:
            assert len(reading.scores) == len(EMOTIONS)
            assert min(reading.scores) >= 0
            assert sum(reading.scores) == pytest.approx(1, abs=1e-3)
        json.dumps(Answer(frame.seq, reading, 2000).as_json(), allow_nan=False)
