"""The demo's class: the engine finds its faces, and it holds together for an hour."""

import asyncio
import itertools
import random
from collections import Counter
from types import SimpleNamespace

import pytest

from inference.engine import load_engine
from inference.engine_config import EngineConfig
from inference.labels import EMOTIONS
from sessions_app.lab import cast as module
from sessions_app.lab.camera_frames import class_frames
from sessions_app.lab.cast import Cast, Player

HOUR_S = 3600
FRAME_S = 2.0
TAP_COUNTS_S = 300
STUDENTS = 12


def test_the_engine_finds_every_face_that_the_demo_sends_glad_ones_and_others():
    readings = load_engine(EngineConfig()).read(class_frames())

    assert Counter(each.state for each in readings) == {"ok": len(readings)}
    moods = Counter(EMOTIONS[each.scores.index(max(each.scores))] for each in readings)
    glad = sum(moods[label] for label in module._GLAD)
    assert glad >= 20
    assert sum(moods.values()) - glad >= 20
    assert {"happy", "neutral", "surprise"} <= moods.keys()


class QuickLoop(asyncio.SelectorEventLoop):
    """A loop whose clock jumps to the next thing that waits."""

    def __init__(self):
        super().__init__()
        self._now, select = 0.0, self._selector.select
        self._selector.select = lambda wait: self._skip(wait or 0.0) or select(0)

    def time(self):
        return self._now

    def _skip(self, wait):
        self._now += wait


LABELS = {b"smiles": "happy", b"rests": "neutral", b"frowns": "angry", b"weeps": "sad"}
WALL = b"a wall"


class FakeStudent:
    """Notes what it shows and taps; the answer is what a true engine would say."""

    def __init__(self, loop):
        self._loop, self.shown, self.taps = loop, [], []

    async def send(self, next_frame, *, until, heard):
        while self._loop.time() < until:
            jpeg = next_frame()
            self.shown.append(jpeg)
            label = LABELS.get(jpeg)
            scores = label and {name: float(name == label) for name in EMOTIONS}
            heard({"state": "ok" if label else "no_face", "scores": scores})
            await asyncio.sleep(FRAME_S)

    async def tap(self, choice):
        self.taps.append((self._loop.time(), choice))


@pytest.fixture(scope="module")
def class_of_an_hour():
    random.seed(3)
    loop = QuickLoop()
    students = [FakeStudent(loop) for _ in range(STUDENTS)]

    async def hold():
        cast = Cast([*LABELS, WALL])
        await asyncio.gather(*(Player(s, cast, 0.0).play(HOUR_S) for s in students))

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(module, "time", SimpleNamespace(monotonic=loop.time))
        loop.run_until_complete(hold())
    loop.close()
    return students


def test_everybody_is_there_until_the_end(class_of_an_hour):
    assert {len(student.shown) for student in class_of_an_hour} == {HOUR_S / FRAME_S}


def test_a_face_is_kept_for_a_minute_or_more(class_of_an_hour):
    for student in class_of_an_hour:
        found = [jpeg for jpeg in student.shown if jpeg != WALL]
        kept = [len(list(group)) * FRAME_S for _, group in itertools.groupby(found)]
        assert min(kept[1:-1]) >= 60
        assert len(kept) > 10


def test_what_shows_no_face_is_not_sent_again(class_of_an_hour):
    assert not any(WALL in student.shown[1:] for student in class_of_an_hour)


def test_every_student_s_tap_counts_the_whole_hour(class_of_an_hour):
    for student in class_of_an_hour:
        moments = [0.0, *(at for at, _ in student.taps), HOUR_S]
        gaps = [after - at for at, after in itertools.pairwise(moments)]
        assert max(gaps) < TAP_COUNTS_S


def share_within(pairs, start, end, *, of):
    chosen = [value for at, value in pairs if start <= at < end]
    return sum(value in of for value in chosen) / len(chosen)


def test_moods_and_taps_drift_with_the_lesson(class_of_an_hour):
    """It goes well at 0, 20 and 40 minutes, and badly ten minutes later."""
    faces = [
        (i * FRAME_S, jpeg) for s in class_of_an_hour for i, jpeg in enumerate(s.shown)
    ]
    taps = [tap for student in class_of_an_hour for tap in student.taps]

    for minute in (20, 40):
        well = (60 * minute - 120, 60 * minute + 180)
        badly = (60 * minute + 480, 60 * minute + 780)
        glad = {b"smiles"}
        gap = share_within(faces, *well, of=glad) - share_within(faces, *badly, of=glad)
        assert gap > 0.25
        ok = {"ok", "too_slow"}
        gap = share_within(taps, *well, of=ok) - share_within(taps, *badly, of=ok)
        assert gap > 0.1


def test_a_cast_without_a_face_says_so():
    cast = Cast([WALL])

    with pytest.raises(ValueError, match="No face was found in any picture"):
        cast.heard(WALL, {"state": "no_face", "scores": None})
