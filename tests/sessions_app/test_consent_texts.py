"""A text that students decide on does not change, in any language, without its version.

After a change: raise FER_CONSENT_VERSION where the English text changed, or the translation's
number in FER_CONSENT_EDITIONS, and note what students read now by
`manage.py shell -c "from tests.sessions_app.test_consent_texts import note; note()"`.
"""

import hashlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from fer_platform.texts import catalogues
from fer_platform.texts.extraction import marked_texts
from sessions_app.models.consent import text_version
from sessions_app.models.law import PLACES

NOTED = Path(__file__).with_name("consent_texts.json")
TEMPLATES = {
    *(f"templates/join/{name}.html" for name in ("consent", "sign_in")),
    *(
        f"templates/join/partials/{name}.html"
        for name in ("question", "expression_choice", "expression_facts")
    ),
    *(
        f"templates/join/partials/{name}.html"
        for name in ("pulse_choice", "pulse_facts", "good_to_know")
    ),
    "templates/try/consent.html",
}
LANGUAGES = [code for code, _name in settings.LANGUAGES]


def what_is_read(language):
    """A hash of all texts of these templates, and of places' notices, in a language."""
    with translation.override(None):
        notices = {str(place.notice) for place in PLACES.values()}
    read = [
        each
        for each in marked_texts()
        if {path for path, _ in each.locations} & TEMPLATES or each.id in notices
    ]
    if language != settings.LANGUAGE_CODE:
        catalogue = catalogues.read(language)
        read = [catalogue.get(each.id, each.context) for each in read]
        texts = [each.string for each in read]
    else:
        texts = [each.id for each in read]
    assert len(texts) > 60
    assert len(notices) == 3
    plain = json.dumps(sorted(map(str, texts)), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_students_read_is_what_was_noted_of_its_version(language):
    noted = json.loads(NOTED.read_text())

    assert noted.get(text_version(language)) == what_is_read(language), __doc__


def note():
    """Write down what is read now; by hand."""
    found = {text_version(language): what_is_read(language) for language in LANGUAGES}
    NOTED.write_text(json.dumps(found, indent=2) + "\n")
