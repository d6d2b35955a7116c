"""A server's collections of garbage, which hold every thread and socket up."""

import gc

import pytest

from sessions_app.management.commands.serve import _pass_over_what_lasts


@pytest.fixture
def collector():
    """Leave it to the other tests as it was."""
    before = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*before)


def test_a_full_one_looks_at_nothing_that_was_loaded_at_the_start(collector):
    gc.collect()
    loaded = len(gc.get_objects())

    _pass_over_what_lasts()

    assert gc.get_freeze_count() > loaded * 0.9
    assert len(gc.get_objects()) < loaded * 0.1


def test_what_is_thrown_away_later_is_still_found(collector):
    """Lists that name one another need a collection to go."""

    class Left(list):
        pass

    _pass_over_what_lasts()
    one, other = Left(), Left()
    one.append(other)
    other.append(one)
    del one, other

    gc.collect()

    assert not [each for each in gc.get_objects() if type(each) is Left]
