import pytest
from hypothesis import settings

from inference.detection.files import default_folder

# A busy machine is no failure; pytest's own timeout ends what really hangs.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


@pytest.fixture(scope="session")
def models_dir():
    """The detectors' files; `npm run build` puts them there."""
    return default_folder()
