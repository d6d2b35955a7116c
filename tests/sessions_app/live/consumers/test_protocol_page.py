"""docs/protocol.md names tests that exist, and all of those that send bad input."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
PAGE = (ROOT / "docs" / "protocol.md").read_text()
NAME = re.compile(r"^(?:async )?def (test_\w+)", re.MULTILINE)


def names_in(path):
    return set(NAME.findall(path.read_text()))


def test_every_test_that_the_page_names_exists():
    named = set(re.findall(r"`(test_\w+)`", PAGE))
    existing = {
        n for path in (ROOT / "tests").rglob("test_*.py") for n in names_in(path)
    }

    assert len(named) > 25
    assert named - existing == set()


def test_every_test_of_bad_input_has_its_row():
    here = Path(__file__).parent

    for name in names_in(here / "test_bad_input.py"):
        assert f"`{name}`" in PAGE
