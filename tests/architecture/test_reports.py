"""The list of public reports names tests that exist."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]
NAMED = re.findall(r"`tests/(\S+)::([^`]+)`", (TESTS / "reports.md").read_text())


def test_the_list_names_tests():
    assert len(NAMED) > 20


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_every_named_test_exists(file, name):
    definition = f"def {name}(" if file.endswith(".py") else name
    assert definition in (TESTS / file).read_text()
