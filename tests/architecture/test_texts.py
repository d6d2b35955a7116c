"""Every text that a user reads is marked, so that it can be translated."""

import ast
import re
from pathlib import Path

import pytest
from django.forms import BaseForm
from django.utils.functional import Promise

from fer_platform.texts.extraction import CALLS
from sessions_app import enums
from sessions_app.forms import classes, join, people, policy, tokens

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
STYLES = sorted((ROOT / "static" / "css").rglob("*.css"))
NAME = "Classmood"  # in every language

_MARKED = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
_COMMENT = re.compile(r"\{% comment %\}.*?\{% endcomment %\}|<!.*?>", re.DOTALL)
_CLASSES = re.compile(r"\{% block body_class %\}.*?\{% endblock %\}")  # no text
_FOR_READERS = re.compile(
    r'\b(?:aria-label|alt|title|placeholder|data-confirm(?:-text|-yes)?)="([^"]*)"'
)
_ARGUMENT = re.compile(r'(?:\w=|\|\w+:)"([^"]*[A-Z ,][^"]*)"')  # words, no path
_FORMAT = re.compile(r'\|date:"[^"]*"|\{% now "[^"]*"')
_TAG = re.compile(r"\{[%{].*?[%}]\}", re.DOTALL)
_ELEMENT = re.compile(r"<[^>]*>", re.DOTALL)
_WORD = re.compile(r"[A-Za-z]{2}")
_SENTENCE = re.compile(r'(gettext\(\s*|Error\(|import )?"([A-Z][^"\\]* [^"\\]*)"')


def unmarked_in_template(source: str) -> list[str]:
    """Words of a template that stand outside of any mark for translation."""
    source = _CLASSES.sub("", _COMMENT.sub("", _MARKED.sub("", source)))
    arguments = [
        word
        for tag in _TAG.findall(_FORMAT.sub("", source))
        for word in _ARGUMENT.findall(tag)
        if not tag.startswith("{% translate")
    ]
    plain = _TAG.sub("", source)
    shown = [*_FOR_READERS.findall(plain), *_ELEMENT.sub("\n", plain).splitlines()]
    words = [*arguments, *(text.replace(NAME, "") for text in shown)]
    return [word.strip() for word in words if _WORD.search(word)]


def unmarked_in_script(source: str) -> list[str]:
    code = re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", source, flags=re.DOTALL)
    return [text for mark, text in _SENTENCE.findall(code) if not mark]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_a_template_shows_no_text_that_is_not_marked(path):
    assert unmarked_in_template(path.read_text()) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_shows_no_sentence_that_is_not_marked(path):
    assert unmarked_in_script(path.read_text()) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_shows_no_text(path):
    assert re.findall(r'content: "[^"]*[A-Za-z][^"]*"', path.read_text()) == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Left over</p>", ["Left over"]),
        ('<a href="{% url "home" %}" title="Left over">x</a>', ["Left over"]),
        ('{% include "a/b.html" with action="Left over" only %}', ["Left over"]),
        ('{{ name|default:"Left over" }}', ["Left over"]),
        ("<b>{{ n }} left</b>", ["left"]),
        ('<p>{% translate "Marked" %} {{ at|date:"j M Y" }} · Classmood</p>', []),
        (
            "{% blocktranslate with a=b %}<b>Marked</b> {{ a }}{% endblocktranslate %}",
            [],
        ),
    ],
)
def test_an_unmarked_text_would_be_found(source, found):
    assert unmarked_in_template(source) == found


def test_an_unmarked_sentence_would_be_found():
    source = (
        'const A = gettext("Marked words.");\nconst B = "Left over."; // "No text."'
    )

    assert unmarked_in_script(source) == ["Left over."]


def marked_in_f_strings(source):
    """Before Python 3.12 what marks texts for the catalogues does not look into these."""
    return [
        ast.unparse(call)
        for string in ast.walk(ast.parse(source))
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and ast.unparse(call.func) in CALLS
    ]


def test_no_text_is_marked_within_an_f_string():
    found = {
        str(path.relative_to(ROOT)): calls
        for path in sorted((ROOT / "sessions_app").rglob("*.py"))
        if (calls := marked_in_f_strings(path.read_text()))
    }

    assert found == {}
    assert marked_in_f_strings("f'{_(\"Hello\")} {name}'") == ["_('Hello')"]


def test_words_for_values_are_looked_up_when_they_are_shown():
    kinds = [kind for kind in vars(enums).values() if hasattr(kind, "labels")]
    now = [label for kind in kinds for label in kind.labels if kind.choices]

    assert len(now) > 40
    assert [label for label in now if not isinstance(label, Promise)] == []


FORMS = [
    form
    for module in (classes, join, people, policy, tokens)
    for form in vars(module).values()
    if isinstance(form, type) and issubclass(form, BaseForm)
]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_words_of_a_form_are_looked_up_when_they_are_shown(form):
    words = {
        str(word): word
        for field in form.base_fields.values()
        for word in (field.label, field.help_text)
        if word
    }

    assert [text for text, word in words.items() if not isinstance(word, Promise)] == []
