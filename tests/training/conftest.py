import pytest

from tests.training.whole_stills import make_quick


@pytest.fixture
def quick(monkeypatch):
    """Stills whose faces are found where they are, and few simulated classes."""
    make_quick(monkeypatch)
