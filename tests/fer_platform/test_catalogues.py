"""Every language that is offered is complete, and no catalogue breaks a page."""

import pytest
from babel.messages.catalog import Catalog
from django.conf import settings

from fer_platform.texts.catalogues import (
    compile_language,
    languages,
    path_of,
    read,
    update,
)
from fer_platform.texts.checking import faults
from fer_platform.texts.extraction import marked_texts

OFFERED = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
UNFINISHED = {"is not translated", "is not in the catalogue", "is no longer used"}


@pytest.fixture(scope="module")
def texts():
    return marked_texts()


@pytest.mark.parametrize("language", sorted({*OFFERED, *languages()}))
def test_a_language_has_no_fault_and_is_complete_where_it_is_offered(language, texts):
    found = faults(read(language), texts)
    if language not in OFFERED:
        found = [each for each in found if each.split(":")[0] not in UNFINISHED]

    assert found == [], "run `make texts`, then translate"


def test_texts_of_templates_python_scripts_and_guides_are_found(texts):
    found = {path.split("/")[0] for each in texts for path, _line in each.locations}

    assert found == {"docs", "sessions_app", "static", "templates"}
    assert len(texts) > 1500


PLURAL = ("%(count)s lesson of %(name)s", "%(count)s lessons of %(name)s")


@pytest.mark.parametrize(
    ("text", "translated", "fault"),
    [
        ("Hello", "Hallo", None),
        ("Hello", "", "is not translated"),
        ("%(n)s left", "%(n)s übrig", None),
        ("%(n)s left", "%(m)s übrig", "has a place that the text does not have, ['m']"),
        ("%(n)s left", "übrig", "lacks ['n']"),
        ("%(n)s left", "%(n) übrig", "lacks ['n']"),
        ("%(n)s %% left", "%(n)s % übrig", "has other % signs than the text"),
        ("<b>Hi</b> &amp; bye", "<b>Hallo</b> &amp; tschüs", None),
        ("<b>Hi</b>", "<b>Hallo", "has other elements or entities than the text"),
        ("Hi ", "Hallo", "begins or ends with other spaces than the text"),
        (PLURAL, ("Eine Stunde von %(name)s", "%(count)s von %(name)s"), None),
        (PLURAL, ("Eine Stunde", "%(count)s von %(name)s"), "lacks ['count', 'name']"),
        (PLURAL, ("%(count)s von %(name)s", ""), "is not translated"),
        (PLURAL, ("%(count)s von %(name)s",), "needs 2 plural forms"),
    ],
)
def test_a_fault_of_a_translation_is_named(text, translated, fault):
    catalog, texts = Catalog(locale="de", fuzzy=False), Catalog()
    catalog.add(text, translated)
    texts.add(text)

    first = text if isinstance(text, str) else text[0]
    named = [] if fault is None else [f"{fault}: “{first.strip()}”"]
    assert [each for each in faults(catalog, texts) if fault is None or fault in each][
        :1
    ] == named


def test_a_text_that_is_missing_or_stale_is_named():
    catalog, texts = Catalog(locale="de"), Catalog()
    catalog.add("Old", "Alt")
    texts.add("New")

    assert faults(catalog, texts) == [
        "is not in the catalogue: “New”",
        "is no longer used: “Old”",
    ]


def test_an_update_keeps_what_is_translated_and_drops_what_is_gone(
    tmp_path, monkeypatch
):
    monkeypatch.setattr("fer_platform.texts.catalogues.LOCALE", tmp_path)
    texts = Catalog()
    texts.add("Kept", locations=[("static/js/a.js", 0)])
    texts.add("Gone", locations=[("templates/a.html", 0)])
    update("de", texts)
    written = path_of("de").read_text()
    path_of("de").write_text(
        written.replace('msgid "Kept"\nmsgstr ""', 'msgid "Kept"\nmsgstr "Bleibt"')
    )

    later = Catalog()
    later.add("Kept", locations=[("static/js/a.js", 0)])
    later.add("Keep", locations=[("static/js/a.js", 0)])
    update("de", later)

    assert {each.id: each.string for each in read("de") if each.id} == {
        "Kept": "Bleibt",
        "Keep": "",
    }
    compile_language("de")
    assert (tmp_path / "de/LC_MESSAGES/djangojs.mo").read_bytes().count(b"Bleibt") == 1
    assert b"Bleibt" not in (tmp_path / "de/LC_MESSAGES/django.mo").read_bytes()
