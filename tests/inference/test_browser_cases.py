"""What `npm test` holds the browser's engine to is what the engine here says today."""

import json

import numpy as np

from tests.inference.browser_cases import FILE, cases, rounded


def test_the_browsers_engine_is_held_to_what_this_engine_says():
    held, said = json.loads(FILE.read_text()), rounded(cases())
    faces = [np.array(each.pop("golden")["levels"]) for each in (held, said)]

    assert held == said
    assert (
        np.abs(np.subtract(*faces)).max() <= 1
    )  # processors round the marks differently
