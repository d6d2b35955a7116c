"""A language for tests: every marked text, with an accent on each small vowel.

What still shows a plain vowel was never translated. The catalogues are written without
the tools of GNU gettext, which not every machine has.
"""

import ast
import re
import struct
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = "eo"
HEADER = (
    "Content-Type: text/plain; charset=UTF-8\n"
    "Plural-Forms: nplurals=2; plural=(n != 1);\n"
)
_ACCENTS = str.maketrans("aeiou", "áéíóú")
_KEPT = re.compile(r"(<[^>]*>|%\(\w+\)s|&\w+;)")  # elements, places, entities
_LITERAL = r"""(u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))"""
_CALL = re.compile(rf"\b(?:n?gettext|_)\(\s*{_LITERAL}(?:,\s*{_LITERAL}, count)?")

Texts = tuple[str, ...]  # one form, or those for one and for many


def accented(text: str) -> str:
    """The text in the language of the tests.

    >>> accented("<b>%(count)s</b> are left")
    '<b>%(count)s</b> áré léft'
    """
    parts = _KEPT.split(text)
    return "".join(
        part if i % 2 else part.translate(_ACCENTS) for i, part in enumerate(parts)
    )


def write_catalogues(folder: Path) -> None:
    """Write both catalogues below a folder of LOCALE_PATHS."""
    target = folder / LANGUAGE / "LC_MESSAGES"
    target.mkdir(parents=True)
    (target / "django.mo").write_bytes(catalogue([*in_templates(), *in_python()]))
    (target / "djangojs.mo").write_bytes(catalogue(in_scripts()))


def in_templates() -> Iterator[Texts]:
    for path in (ROOT / "templates").rglob("*.*"):
        yield from _calls(templatize(path.read_text()))


def in_python() -> Iterator[Texts]:
    names = {"_", "gettext", "gettext_lazy", "gettext_noop"}
    for path in (ROOT / "sessions_app").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(ast.Name(name), [ast.Constant(str(text))]):
                    if name in names:
                        yield (text,)


def in_scripts() -> Iterator[Texts]:
    for path in (ROOT / "static" / "js").rglob("*.js"):
        yield from _calls(path.read_text())


def _calls(code: str) -> Iterator[Texts]:
    for literals in _CALL.findall(code):
        yield tuple(ast.literal_eval(literal) for literal in literals if literal)


def catalogue(texts: "Iterator[Texts] | list[Texts]") -> bytes:
    """A .mo file: https://www.gnu.org/software/gettext/manual/html_node/MO-Files.html"""
    translated = {
        "\0".join(forms): "\0".join(map(accented, forms)) for forms in texts
    } | {"": HEADER}
    pairs = sorted((k.encode(), v.encode()) for k, v in translated.items())
    at = 28 + 16 * len(pairs)
    keys, values, body = b"", b"", b""
    for column in (0, 1):
        table = b""
        for pair in pairs:
            table += struct.pack("<II", len(pair[column]), at + len(body))
            body += pair[column] + b"\0"
        keys, values = (table, values) if column == 0 else (keys, table)
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, 0)
    return head + keys + values + body
