"""The demo's settings, in a language in which every marked text shows that it is one."""

import os
from pathlib import Path

from fer_platform.settings.demo import *  # noqa: F403
from tests.e2e.accents import LANGUAGE

LANGUAGE_CODE = LANGUAGE
LANGUAGES = [(LANGUAGE, "Accented English")]
LOCALE_PATHS = [Path(os.environ["TESTS_LOCALE"])]
