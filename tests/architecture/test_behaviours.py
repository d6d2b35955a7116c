"""docs/behaviours.md leads to files and names that exist; other documents to files."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "behaviours.md").read_text()
DOCUMENTS = sorted([*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")])
NAMED = sorted(set(re.findall(r"`([\w/]+\.py)(?:: ([\w.]+))?`", PAGE)))


@pytest.mark.parametrize(("file", "name"), NAMED)
def test_a_name_of_the_page_exists(file, name):
    path = next(p for p in (ROOT / file, ROOT / "sessions_app" / file) if p.is_file())

    assert not name or name in _names(ast.parse(path.read_text()))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_a_file_that_a_document_names_exists(document):
    named = set(
        re.findall(r"`((?:[\w.-]+/)+\w+\.(?:py|js|html|sh))\b", document.read_text())
    )
    rooms = ("", "sessions_app", "tests", "tests/sessions_app")

    assert {
        file
        for file in named
        if not any((ROOT / room / file).exists() for room in rooms)
    } == set()


def test_the_page_follows_enough_behaviours():
    assert PAGE.count("\n## ") >= 16
    assert len(NAMED) > 40


def _names(tree, prefix=""):
    """Functions and classes, methods with their class before them."""
    names = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            names |= {prefix + node.name} | _names(node, f"{prefix}{node.name}.")
    return names
