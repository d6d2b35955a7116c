import pytest

from inference.engine import EngineConfig


@pytest.fixture(scope="session")
def models_dir():
    """The detectors' files; `npm run build` puts them there."""
    return EngineConfig.from_env().models_dir
