"""Pages of docs/ as pages of the platform: the text that a forge shows, with the same links.

The guides' texts are in the catalogues, one for each heading, paragraph, item and cell.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from itertools import pairwise
from pathlib import Path

from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from markdown_it import MarkdownIt
from markdown_it.token import Token

DOCS = Path(__file__).resolve().parents[2] / "docs"
GUIDES = ("student", "teacher", "admin")
# What the guides lead to, and what operators need.
_OTHERS = ("accessibility", "api", "lti", "mood", "operations", "privacy", "settings")
_FILES = {name: DOCS / "guides" / f"{name}.md" for name in GUIDES}
_FILES |= {name: DOCS / f"{name}.md" for name in (*_OTHERS, "upgrade")}
_NAMES = {path: name for name, path in _FILES.items()}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Guide:
    """A page of docs/, read."""

    title: str
    html: SafeString
    anchors: frozenset[str]  # of its headings, the same in each language
    is_translated: bool


def guide(name: str) -> Guide:
    """Read a page, a guide in the language that holds.

    Raises:
        LookupError: If there is none of this name.
    """
    return _guide(name, get_language())


def texts_of(path: Path) -> Iterator[str]:
    """Each text of a page that is to be translated, as the catalogues have it."""
    for token in _MARKDOWN.parse(path.read_text()):
        if text := _to_translate(token):
            yield text


@cache
def _guide(name: str, language: str | None) -> Guide:
    source = _FILES[name]
    is_translated = name in GUIDES
    tokens = _MARKDOWN.parse(source.read_text())
    headings = [
        (opened, inside)
        for opened, inside in pairwise(tokens)
        if opened.type == "heading_open"
    ]
    for opened, inside in headings:
        opened.attrSet("id", anchor(_plain(inside)))
    for token in tokens:
        if is_translated and (text := _to_translate(token)):
            token.children = _MARKDOWN.parseInline(gettext(text))[0].children
        _mend_links(token.children or (), source)
    text = _MARKDOWN.renderer.render(
        list(_with_wide_tables(tokens)), _MARKDOWN.options, {}
    )
    return Guide(
        title=_plain(headings[0][1]),
        html=mark_safe(text),  # from our own pages, without raw HTML
        anchors=frozenset(str(opened.attrGet("id")) for opened, _ in headings),
        is_translated=is_translated,
    )


def _to_translate(token: Token) -> str:
    """Its text on one line; blank where there are no words, or a single key's letter."""
    text = " ".join(token.content.split()) if token.type == "inline" else ""
    return text if len(text) > 1 else ""


def anchor(heading: str) -> str:
    """What a forge calls a heading in an address."""
    return re.sub(r"[^\w\s-]", "", heading.lower()).replace(" ", "-")


def _plain(inline: Token) -> str:
    return "".join(part.content for part in inline.children or ())


def _mend_links(parts: Sequence[Token], source: Path) -> None:
    """Let links lead to pages of ours; what is none of them keeps its words alone."""
    leads_nowhere = False
    for part in parts:
        if part.type == "link_open":
            address = _address(str(part.attrGet("href")), source)
            leads_nowhere = not address
            part.attrSet("href", address)
        if part.type in {"link_open", "link_close"}:
            part.hidden = leads_nowhere
        elif part.type == "image":
            picture = (source.parent / str(part.attrGet("src"))).resolve()
            part.attrSet(
                "src", static(f"docs/{picture.relative_to(DOCS / 'pictures')}")
            )
            part.attrSet("loading", "lazy")


def _address(link: str, source: Path) -> str:
    if re.match(r"https?:|mailto:|#", link):
        return link
    path, _, heading = link.partition("#")
    name = _NAMES.get((source.parent / path).resolve())
    if name is None:
        return ""
    return reverse("help", args=[name]) + (f"#{heading}" if heading else "")


def _with_wide_tables(tokens: Sequence[Token]) -> Iterator[Token]:
    """Put each table into a part that scrolls by itself, also with the keyboard."""
    heading, count = "", 0
    for before, token in pairwise([Token("", "", 0), *tokens]):
        if before.type == "heading_open":
            heading = _plain(token)
        if token.type == "table_open":
            count += 1
            label = escape(
                gettext("Table %(number)s: %(heading)s")
                % {"number": count, "heading": heading}
            )
            head = f'<div class="table-wrap" tabindex="0" role="region" aria-label="{label}">'
            yield Token("html_block", "", 0, content=head)
        yield token
        if token.type == "table_close":
            yield Token("html_block", "", 0, content="</div>")
