"""Every text to translate: marked in Python, in templates and in scripts; and the guides."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from fer_platform.environment.reading import ROOT
from sessions_app.web.guides import texts_of

SCRIPTS = "static/js/"
COMMENT = (
    "Translators:"  # a comment that begins so is for the translators of the next text
)
CALLS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
_LITERAL = r"""u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
# What Django's `templatize` makes of a tag: a call with literals, for plurals with a count.
_TEMPLATE_CALL = re.compile(
    rf"\b(n?p?gettext|_)\(((?:\s*{_LITERAL}\s*,?)+)(?:\s*count\s*)?\)"
)

Text = str | tuple[str, ...]  # one form, or those for one and for many
Found = tuple[str | None, Text, list[str]]  # context, text, comments


def marked_texts() -> Catalog:
    """All texts, each with the files in which it stands."""
    catalog = Catalog(fuzzy=False)
    for folder, pattern, read in (
        ("sessions_app", "*.py", _in_python),
        ("static/js", "*.js", _in_script),
        ("templates", "*.*", _in_template),
        ("docs/guides", "*.md", _in_guide),
    ):
        for path, (context, text, comments) in _each(folder, pattern, read):
            catalog.add(
                text, locations=[(path, 0)], auto_comments=comments, context=context
            )
    return catalog


def _each(
    folder: str, pattern: str, read: Callable[[Path], Iterator[Found]]
) -> Iterator[tuple[str, Found]]:
    for path in sorted((ROOT / folder).rglob(pattern)):
        for found in read(path):
            yield str(path.relative_to(ROOT)), found


def _in_python(path: Path) -> Iterator[Found]:
    return _by_babel("python", path)


def _in_script(path: Path) -> Iterator[Found]:
    return _by_babel("javascript", path)


def _by_babel(language: str, path: Path) -> Iterator[Found]:
    with path.open("rb") as source:
        for _line, text, comments, context in extract(
            language, source, CALLS, [COMMENT], {"encoding": "utf-8"}
        ):
            yield context, text, comments


def _in_template(path: Path) -> Iterator[Found]:
    code = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for call, arguments in _TEMPLATE_CALL.findall(code):
        texts = [ast.literal_eval(each) for each in re.findall(_LITERAL, arguments)]
        context = texts.pop(0) if "p" in call else None
        yield context, tuple(texts) if len(texts) > 1 else texts[0], []


def _in_guide(path: Path) -> Iterator[Found]:
    for text in texts_of(path):
        yield None, text, []
