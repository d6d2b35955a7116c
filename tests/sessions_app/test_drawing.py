"""Controls that the server draws itself are those of Django's templates."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test.html import parse_html

from sessions_app.forms.drawing import FormRenderer

HOSTILE = "\"><b>'&"
CHOICES = [("", "None"), (1, HOSTILE), ("A & B", [("x", "X"), (HOSTILE, "Y")])]


class Everything(forms.Form):
    text = forms.CharField(max_length=9, required=False)
    words = forms.CharField(widget=forms.TextInput({"placeholder": HOSTILE}))
    secret = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.CharField(widget=forms.HiddenInput)
    mail = forms.EmailField()
    link = forms.URLField(assume_scheme="https")
    number = forms.FloatField(min_value=0.5, step_size=0.5)
    day = forms.DateField(widget=forms.DateInput({"type": "date"}))
    moment = forms.DateTimeField()
    lines = forms.CharField(widget=forms.Textarea({"rows": 4}))
    yes = forms.BooleanField()
    locked = forms.BooleanField(disabled=True)
    one = forms.ChoiceField(choices=CHOICES)
    several = forms.MultipleChoiceField(choices=CHOICES)
    either = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)


FILLED = {
    **dict.fromkeys(("text", "words", "secret", "hidden", "lines", "one"), HOSTILE),
    "mail": "a@b.example",
    "link": "https://a.example/?b&c",
    "number": "1,5",
    "day": "2026-11-30",
    "moment": "2026-11-30 10:32",
    "yes": "on",
    "locked": "on",
    "several": [1, "x"],
    "either": "x",
}
INITIAL = {"number": 0, "one": 1, "yes": True, "locked": True, "lines": "\na\nb"}


@pytest.mark.parametrize("name", Everything.base_fields)
@pytest.mark.parametrize(
    "form",
    [
        {},
        {"data": FILLED},
        {"data": {}},
        {"initial": INITIAL, "auto_id": False},
        {"initial": INITIAL, "prefix": "p"},
    ],
    ids=["empty", "filled", "sent empty", "begun", "with a prefix"],
)
def test_a_control_is_what_djangos_template_makes(name, form):
    ours, djangos = (
        parse_html(str(Everything(**form, renderer=renderer)[name]))
        for renderer in (FormRenderer(), TemplatesSetting())
    )

    assert ours == djangos
