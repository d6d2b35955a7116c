import pytest

from inference.detection.files import default_folder


@pytest.fixture(scope="session")
def models_dir():
    """The detectors' files; `npm run build` puts them there."""
    return default_folder()
