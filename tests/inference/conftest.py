import pytest

from inference.engine_config import EngineConfig


@pytest.fixture(scope="session")
def models_dir():
    """The detectors' files; `npm run build` puts them there."""
    return EngineConfig().models_dir
