"""One cluster for all of these tests, its classes, and browsers before it."""

import pytest

from tests.cluster.bounds import Bounds
from tests.cluster.live_class import LiveClass
from tests.cluster.topology import topology
from tests.e2e.conftest import (  # noqa: F401 -- fixtures
    browser,
    launch,
    playwright,
    teacher,
    visitors,
    webcam,
)


@pytest.fixture(scope="session")
def platform():
    """The cluster; ended with the tests, whatever happens."""
    with topology() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def live_class(platform):
    """Forty students at one frame a second, through all faults."""
    live_class = LiveClass(platform)
    try:
        live_class.begin()
        yield live_class
    finally:
        live_class.leave()


@pytest.fixture(scope="session")
def bounds(platform, live_class):
    """Looks at queues and memory as long as the class goes on."""
    bounds = Bounds(platform)
    yield bounds.start()
    bounds.stop()
