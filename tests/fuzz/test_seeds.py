"""What the fuzz found once, and one message of every kind it makes."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.fuzz.checks import Reader
from tests.fuzz.messages import JPEGS, SEGMENTS, messages

SEEDS = sorted((Path(__file__).parent / "seeds").glob("*.bin"))


@pytest.fixture(scope="module")
def reader():
    return Reader()


@pytest.mark.parametrize("seed", SEEDS, ids=lambda path: path.stem)
def test_what_was_found_once_does_no_harm(seed, reader):
    reader.read(seed.read_bytes())


def test_there_are_seeds_to_read():
    assert SEEDS


def test_frames_are_taken_apart_without_loss():
    assert [b"".join(parts) for parts in SEGMENTS] == JPEGS


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
@given(message=messages())
def test_every_message_is_answered_or_refused_and_spares_its_neighbour(message, reader):
    reader.read(message)
