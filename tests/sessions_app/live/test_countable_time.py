"""No second is counted twice, and none before a yes or a pause's end."""

import pytest

from sessions_app.live.countable_time import CountedTime

LONG_AGO = float("-inf")


def counted_frames(*, every_s, lasted_s, frames, over_s=100.0):
    """How many frames pass of a device that sends the same again and again."""
    time = CountedTime()
    objections = [
        time.objection(
            lasted_s=lasted_s, frames=frames, since=LONG_AGO, now=n * every_s
        )
        for n in range(round(over_s / every_s))
    ]
    return frames * objections.count("")


@pytest.mark.parametrize(
    ("every_s", "lasted_s", "frames"),
    [(0.1, 0.1, 1), (0.1, 2.0, 2), (1.0, 10.0, 10), (0.1, 10.0, 10)],
)
def test_no_flood_makes_more_than_a_frame_a_second(every_s, lasted_s, frames):
    counted = counted_frames(every_s=every_s, lasted_s=lasted_s, frames=frames)

    assert 90 <= counted <= 115  # of 100 s: the first one, 2 s and a hundredth more


@pytest.mark.parametrize(
    ("every_s", "lasted_s", "frames"),
    [(10.0, 10.1, (10,)), (3.35, 3.4, (3, 3, 4)), (1.01, 1.1, (1,))],
)
def test_a_device_that_rounds_up_is_never_refused(every_s, lasted_s, frames):
    """An hour of intervals, each a tenth of a second longer than it was at most."""
    time = CountedTime()
    told = {
        time.objection(
            lasted_s=lasted_s,
            frames=frames[n % len(frames)],
            since=LONG_AGO,
            now=n * every_s,
        )
        for n in range(round(3600 / every_s))
    }

    assert told == {""}


@pytest.mark.parametrize("late_s", [0.0, 2.0])
def test_after_an_interval_two_seconds_late_one_on_time_is_counted(late_s):
    time = CountedTime()

    told = [
        time.objection(lasted_s=10.0, frames=10, since=LONG_AGO, now=now)
        for now in (10.0, 20.0 + late_s, 30.0, 40.0)
    ]

    assert told == ["", "", "", ""]


@pytest.mark.parametrize(("since", "reason"), [(90.0, ""), (88.0, ""), (93.0, "10 s")])
def test_an_interval_begins_when_it_was_allowed(since, reason):
    told = CountedTime().objection(lasted_s=10.0, frames=5, since=since, now=100.0)

    assert told.startswith(reason)
    assert bool(told) == bool(reason)
