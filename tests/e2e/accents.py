"""A language for tests: every marked text, with an accent on each small vowel.

What still shows a plain vowel was never translated.
"""

import re
from pathlib import Path

from babel.messages.catalog import Catalog

from fer_platform.texts.catalogues import compile_catalogue
from fer_platform.texts.extraction import marked_texts

LANGUAGE = "eo"
_ACCENTS = str.maketrans("aeiou", "áéíóú")
# Elements, places, entities; where links of Markdown lead, and code.
_KEPT = re.compile(r"(<[^>]*>|%\(\w+\)s|&\w+;|\]\([^)]*\)|`[^`]*`)")


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
    """Write what Django reads below a folder of LOCALE_PATHS."""
    foreign = Catalog(locale=LANGUAGE)
    for text in marked_texts():
        if text.id:
            one_or_both = (
                accented(text.id)
                if isinstance(text.id, str)
                else tuple(map(accented, text.id))
            )
            foreign.add(text.id, one_or_both, text.locations, context=text.context)
    compile_catalogue(foreign, folder / LANGUAGE / "LC_MESSAGES")
