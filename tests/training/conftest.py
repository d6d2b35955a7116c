import pytest

from tests.training.whole_frames import make_quick


@pytest.fixture
def quick(monkeypatch):
    """Frames whose faces are found where they are, and few simulated classes."""
    make_quick(monkeypatch)
