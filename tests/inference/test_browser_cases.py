"""What `npm test` holds the browser's engine to is what the engine here says today."""

import json

from tests.inference.browser_cases import FILE, cases, rounded


def test_the_browsers_engine_is_held_to_what_this_engine_says():
    assert json.loads(FILE.read_text()) == rounded(cases())
