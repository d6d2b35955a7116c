"""One file of texts per language: read, brought up to date, compiled for Django."""

import os
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from fer_platform.environment.reading import ROOT
from fer_platform.texts.extraction import SCRIPTS

LOCALE = ROOT / "locale"


def languages() -> list[str]:
    """The languages that have a catalogue, as their folders are named."""
    return sorted(path.parents[1].name for path in LOCALE.glob("*/*/django.po"))


def path_of(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """A language's catalogue.

    Raises:
        babel.messages.pofile.PoFileError: If the file is none.
    """
    with path_of(language).open("rb") as file:
        return read_po(file, locale=language, domain="django", abort_invalid=True)


def update(language: str, texts: Catalog) -> None:
    """Let a catalogue hold just the texts that are marked now, with what is translated.

    A changed text is a new one, and untranslated: nothing is guessed from a similar text.
    """
    path = path_of(language)
    kept = (
        read(language) if path.exists() else Catalog(locale=language, domain="django")
    )
    kept.update(texts, no_fuzzy_matching=True, update_creation_date=False)
    kept.obsolete.clear()
    kept.fuzzy, kept.project, kept.version = False, "Classmood", ""
    kept.last_translator = kept.language_team = kept.msgid_bugs_address = ""
    kept.header_comment = f"# Classmood, language {language}: see docs/languages.md."
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        write_po(file, kept, width=100, include_lineno=False, sort_by_file=True)


def compile_language(language: str) -> None:
    """Compile a language's catalogue, unless what is compiled is newer than the texts."""
    path = path_of(language)
    compiled = path.with_name("djangojs.mo")  # written last
    if not compiled.exists() or compiled.stat().st_mtime <= path.stat().st_mtime:
        compile_catalogue(read(language), path.parent)


def compile_catalogue(catalog: Catalog, folder: Path) -> None:
    """Write what Django reads: `django.mo` for the server, `djangojs.mo` for scripts."""
    scripts, server = Catalog(locale=catalog.locale), Catalog(locale=catalog.locale)
    for message in catalog:
        places = [path.startswith(SCRIPTS) for path, _line in message.locations]
        if message.id and any(places):
            _add(scripts, message)
        if message.id and not all(places):
            _add(server, message)
    folder.mkdir(parents=True, exist_ok=True)
    for name, part in (("django.mo", server), ("djangojs.mo", scripts)):
        written = folder / f"{name}.{os.getpid()}"
        with written.open("wb") as file:
            write_mo(file, part)
        written.replace(folder / name)  # never half a file where tests compile at once


def _add(part: Catalog, message: Message) -> None:
    part.add(message.id, message.string, context=message.context)
