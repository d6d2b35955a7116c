"""A page that names a smaller style sheet has nothing on it that only the whole one draws."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES, CSS = ROOT / "templates", ROOT / "static" / "css"


def rules_of(sheet):
    """The outermost selectors of a sheet's files, one by one."""
    files = re.findall(r'@import "\./(.+?)"', (CSS / sheet).read_text())
    whole = [each for file in files for each in outermost((CSS / file).read_text())]
    return {each.strip() for some in whole for each in alternatives(some)}


def alternatives(selector):
    """The selectors that stand in one between commas, also within :is()."""
    found = re.search(r"(.*?):is\(([^()]*)\)(.*)", selector, re.DOTALL)
    if found:
        before, several, after = found.groups()
        for each in several.split(","):
            yield from alternatives(f"{before}{each.strip()}{after}")
    else:
        yield from re.sub(r":[a-z-]+\((?:[^()]|\([^()]*\))*\)", "", selector).split(",")


def wanted_by(selector):
    """The classes, ids, data attributes and elements that must all be on a page."""
    return set(
        re.findall(r"[.#][a-z][\w-]*|\[data-[\w-]+|(?<![\w.#:\[-])[a-z]\w*", selector)
    )


def outermost(text):
    """The selectors of a file that stand in no other rule."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    rules = []  # of those around: whether each is one, or only @media or such
    for words, ends in re.findall(r"([^{};]*)([{};])", text):
        if ends == "{":
            is_rule = not words.strip().startswith("@")
            if is_rule and not any(rules):
                yield words
            rules.append(is_rule)
        elif ends == "}":
            rules.pop()


def whole(template):
    """A template's text, with what it extends and includes."""
    text = (TEMPLATES / template).read_text()
    others = re.findall(r'\{% (?:extends|include) "([^"]+)"', text)
    return text + "".join(map(whole, others))


def drawn_by(html):
    """What sheets could select a template's elements by."""
    classes = re.findall(r'class="([^"]*)"', html)
    return (
        {f".{name}" for each in classes for name in re.findall(r"[a-z][\w-]*", each)}
        | {f"#{name}" for name in re.findall(r'id="([\w-]+)"', html)}
        | {f"[{name}" for name in re.findall(r"\bdata-[\w-]+", html)}
        | set(re.findall(r"<([a-z]\w*)", html))
    )


SMALLER = [
    (str(file.relative_to(TEMPLATES)), sheet)
    for file in sorted(TEMPLATES.rglob("*.html"))
    for sheet in ("plain.css", "lesson.css")
    if f"'{sheet}'" in file.read_text()
]


def test_some_pages_name_a_smaller_sheet():
    assert {"home.html", "sessions/summary.html"} <= dict(SMALLER).keys()


@pytest.mark.parametrize(("template", "sheet"), SMALLER)
def test_such_a_page_needs_no_other_one(template, sheet):
    drawn = drawn_by(whole(template))
    left_out = rules_of("app.css") - rules_of(sheet)

    assert [each for each in left_out if wanted_by(each) <= drawn] == []


def test_it_finds_what_a_page_would_miss():
    drawn = drawn_by(whole("totals/totals.html"))
    left_out = rules_of("app.css") - rules_of("plain.css")

    assert {".panels", ".share-bar"} <= {x for x in left_out if wanted_by(x) <= drawn}
