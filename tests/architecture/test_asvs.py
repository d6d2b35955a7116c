"""The table of docs/security.md: what is said to hold is shown by a test that is there."""

import re
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher

ROOT = Path(__file__).resolve().parents[2]
_, _, TABLE = (ROOT / "docs" / "security.md").read_text().partition("level 2\n")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in TABLE.splitlines()
    if re.match(r"\| \d", line)
]


def named_tests(text):
    return re.findall(r"`(tests/\S+\.py)::(\w+)`", text)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_that_holds_is_shown_by_tests_that_are_there(row):
    _, required, holds, shown = row

    assert holds in {"yes", "in part", "no"}
    assert required
    assert shown
    for file, name in named_tests(shown):
        assert re.search(rf"def {name}\(", (ROOT / file).read_text()), name
    if holds == "yes":
        assert named_tests(shown)
    else:  # says what is missing, in words
        assert len(re.sub(r"`tests/\S+`", "", shown)) > 10


def test_every_chapter_that_applies_is_there():
    chapters = {row[0].partition(".")[0] for row in ROWS}

    assert chapters == {str(number) for number in range(2, 15)}


def test_passwords_are_kept_by_a_slow_function():
    """Django's first one, with as many rounds as OWASP asks for, or more."""
    base = (ROOT / "fer_platform" / "settings" / "base.py").read_text()

    assert "PASSWORD_HASHERS" not in base
    assert PBKDF2PasswordHasher.iterations >= 600_000
