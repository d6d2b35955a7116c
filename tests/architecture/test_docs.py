"""Every page of docs/ is in the list that is the site's menu, and every link leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(DOCS.rglob("*.md")),
    ROOT / "inference" / "artefacts" / "small" / "MODEL_CARD.md",
]
LINK = re.compile(r"!?\[[^]]*\]\(([^)\s]+)\)")
LISTED = re.compile(r"^- \[[^]]+\]\(([^)]+\.md)\)", re.M)


def prose(page):
    """Without what is shown as code."""
    return re.sub(r"^```.*?^```|`[^`\n]*`", "", page.read_text(), flags=re.M | re.S)


def anchors(page):
    """What a forge and the site call its headings."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
    plain = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings)
    return {"-".join(words.split(" ")) for words in plain}


def broken_links(page):
    for link in LINK.findall(prose(page)):
        if re.match(r"https?://|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.is_file():
            yield f"{link}: no such file"
        elif anchor and anchor not in anchors(target):
            yield f"{link}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_of_a_page_leads_to_a_file_and_its_heading(page):
    assert list(broken_links(page)) == []


def test_the_menu_names_every_page_once():
    """The decisions have a list of their own, by their names: docs/conf.py."""
    listed = [
        (DOCS / link).resolve()
        for link in LISTED.findall((DOCS / "README.md").read_text())
    ]
    start = {ROOT / "README.md", DOCS / "README.md"}
    decisions = set(DOCS.glob("decisions/[0-9]*.md"))

    assert len(listed) == len(set(listed))
    assert set(listed) == set(PAGES) - start - decisions


def test_every_picture_of_the_docs_stands_in_a_page():
    shown = {
        (page.parent / link).resolve()
        for page in PAGES
        for link in LINK.findall(prose(page))
    }

    assert set(DOCS.rglob("*.png")) - shown == set()
