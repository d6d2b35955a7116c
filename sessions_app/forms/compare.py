"""Two lessons of a course to compare."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

_NOT_ONE = _("Choose a lesson of this course that has numbers.")


class CompareForm(forms.Form):
    """Without a choice it has the two newest lessons; give it the lessons in order."""

    first = forms.ChoiceField(
        label=_("First lesson"), error_messages={"invalid_choice": _NOT_ONE}
    )
    second = forms.ChoiceField(
        label=_("Second lesson"), error_messages={"invalid_choice": _NOT_ONE}
    )

    def __init__(
        self, asked: dict[str, str], *, lessons: Sequence[tuple[str, str]]
    ) -> None:
        newest = dict(
            zip(("first", "second"), (pk for pk, _ in lessons[-2:]), strict=False)
        )
        super().__init__({**newest, **asked})
        for field in self.fields.values():
            field.choices = lessons[::-1]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("first") and cleaned.get("first") == cleaned.get("second"):
            raise ValidationError(_("Choose two different lessons."))
        return cleaned
