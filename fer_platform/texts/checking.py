"""What is wrong with a catalogue, in sentences that name the text."""

import re
from collections import Counter
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message

_PLACE = re.compile(r"%\((\w+)\)s")
_PERCENT = re.compile(r"%(?:\(\w+\)s|%)|%")
_ELEMENT = re.compile(r"<[^>]*>|&\w+;")

_Text = str | tuple[str, ...] | list[str] | None  # one form or several


def faults(catalog: Catalog, texts: Catalog) -> list[str]:
    """What keeps a language from being complete; empty where nothing does.

    Args:
        catalog: The language's.
        texts: All that is marked now.
    """
    marked = {(each.context, each.id) for each in texts if each.id}
    kept = {(each.context, each.id) for each in catalog if each.id}
    return [
        *(f"is not in the catalogue: {_short(text)}" for _, text in marked - kept),
        *(f"is no longer used: {_short(text)}" for _, text in kept - marked),
        *(
            f"{fault}: {_short(message.id)}"
            for message in catalog
            if message.id
            for fault in _faults(message, catalog.num_plurals)
        ),
    ]


def _faults(message: Message, num_plurals: int) -> Iterator[str]:
    """What is wrong with one translation."""
    sources, forms = _forms(message.id), _forms(message.string)
    if message.fuzzy:
        yield "is marked as fuzzy"
    if not all(forms):
        yield "is not translated"
        return
    if len(sources) > 1 and len(forms) != num_plurals:
        yield f"needs {num_plurals} plural forms"
    known = {place for source in sources for place in _PLACE.findall(source)}
    for form in forms:
        places = set(_PLACE.findall(form))
        if unknown := places - known:
            yield f"has a place that the text does not have, {sorted(unknown)}"
        # A form for none, one or two may say its number in a word.
        if len(known - places) > (len(sources) > 1):
            yield f"lacks {sorted(known - places)}"
        if _percents(sources[-1]) != _percents(form):
            yield "has other % signs than the text"
        if not any(_elements(form) == _elements(source) for source in sources):
            yield "has other elements or entities than the text"
        if _edges(form) != _edges(sources[0]):
            yield "begins or ends with other spaces than the text"


def _forms(text: _Text) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def _percents(text: str) -> list[str]:
    """The % signs beside places: `%%` where the text is filled, else `%`."""
    return [each for each in _PERCENT.findall(text) if not each.startswith("%(")]


def _elements(text: str) -> Counter[str]:
    return Counter(_ELEMENT.findall(text))


def _edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def _short(text: _Text) -> str:
    words = " ".join(_forms(text)[0].split())
    return f"“{words[:90]}…”" if len(words) > 90 else f"“{words}”"
