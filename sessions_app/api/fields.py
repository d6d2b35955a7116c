"""Fields that check what programs send as the pages' forms do."""

from typing import Any

from rest_framework import serializers

from sessions_app.forms.text import HIDDEN, no_hidden_characters

_ANY = f"[^{HIDDEN}]*"


class Line(serializers.RegexField):
    """A line of text that is what it looks like; the schema says how."""

    def __init__(self, *, allow_blank: bool = False, **options: Any) -> None:
        # Blank is let in before the pattern is asked, and described apart from it.
        seen = rf"[^{HIDDEN}]" if allow_blank else rf"[^{HIDDEN}\s]"
        super().__init__(
            rf"\A{_ANY}{seen}{_ANY}\Z",
            allow_blank=allow_blank,
            error_messages={"invalid": no_hidden_characters.message},
            **options,
        )

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):  # Django REST framework would take a number
            raise serializers.ValidationError("Not text.")
        return super().to_internal_value(data)
