"""The pulse's choices as a teacher words them: a line for each, with what it stands for."""

import json
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from sessions_app.enums import Tap
from sessions_app.forms.text import no_hidden_characters
from sessions_app.models.choices import (
    MAX_WORDS,
    MOST_CHOICES,
    Choice,
    Stored,
    WrongChoices,
    to_store,
)

Line = tuple[str, str]  # words, and the tap that they stand for


class ChoicesWidget(forms.Widget):
    """A line for each choice that there can be; one without words is none."""

    template_name = "courses/partials/choices.html"
    use_fieldset = True

    def format_value(self, value: Stored | list[Line] | None) -> list[Line]:
        """What a row holds, or what was sent, as one line for each choice.

        An empty line already stands for a tap that no line above it does.
        """
        given = [
            (each["words"], each["tap"]) if isinstance(each, Mapping) else each
            for each in value or []
        ]
        left = [tap.value for tap in Tap if tap not in {tap for _words, tap in given}]
        empty = [("", tap) for tap in [*left, *[Tap.OK.value] * MOST_CHOICES]]
        return [*given, *empty][:MOST_CHOICES]

    def get_context(
        self, name: str, value: Any, attrs: dict[str, Any] | None
    ) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"] |= {
            "lines": self.format_value(value),
            "taps": Tap.choices,
            "most": MAX_WORDS,
        }
        return context

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> list[Line]:
        numbers = range(1, MOST_CHOICES + 1)
        return [
            (data.get(f"{name}_words_{i}", ""), data.get(f"{name}_tap_{i}", ""))
            for i in numbers
        ]

    def value_omitted_from_data(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> bool:
        return f"{name}_words_1" not in data

    def id_for_label(self, id_: str) -> str:
        return f"{id_}_words_1" if id_ else id_


class _ShownBefore(forms.HiddenInput):
    """The lines that a page showed, so that it can tell whether they were changed."""

    def format_value(self, value: Stored | list[Line] | None) -> str:
        return json.dumps(_filled(ChoicesWidget().format_value(value)))

    def value_from_datadict(
        self, data: Mapping[str, Any], files: Any, name: str
    ) -> list[Line]:
        # No browser sends another.
        with suppress(ValueError, TypeError, RecursionError):
            return [(words, tap) for words, tap in json.loads(data.get(name, ""))]
        return []


class ChoicesField(forms.Field):
    """Choices that students can tell apart, as a row holds them."""

    widget = ChoicesWidget
    hidden_widget = _ShownBefore

    def clean(self, value: list[Line]) -> Stored | None:
        lines = _filled(value)
        for words, _tap in lines:
            no_hidden_characters(words)
        try:
            return to_store(Choice(words, Tap(tap)) for words, tap in lines)
        except WrongChoices as error:
            raise ValidationError(str(error)) from error
        except ValueError as error:  # no browser sends this
            raise ValidationError(_("Choose what each answer stands for.")) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(_filled(data) != initial)


def _filled(lines: list[Line]) -> list[Line]:
    return [(words, tap) for words, tap in lines if words.strip()]
