"""The pulse's choices as programs send and get them."""

from typing import Any

from rest_framework import serializers

from sessions_app.api.fields import Line
from sessions_app.enums import Tap
from sessions_app.models.choices import (
    LEAST_TAPS,
    MAX_WORDS,
    MOST_CHOICES,
    Choice,
    Stored,
    WrongChoices,
    to_store,
)


class ChoiceSerializer(serializers.Serializer[Any]):
    """A button of the pulse: its words, and the tap that it stands for and is counted as."""

    words = Line(max_length=MAX_WORDS)
    tap = serializers.ChoiceField(Tap.choices)

    def to_internal_value(self, data: Any) -> Any:
        """Whole, in a PATCH as well: choices are sent in place of all those before."""
        found = super().to_internal_value(data)
        missing = {
            name: [field.error_messages["required"]]
            for name, field in self.fields.items()
            if name not in found
        }
        if missing:
            raise serializers.ValidationError(missing)
        return found


class OwnChoices(serializers.ListField):
    """A teacher's choices; null is the platform's own four."""

    child = ChoiceSerializer()

    def __init__(self, **options: Any) -> None:
        super().__init__(
            min_length=LEAST_TAPS,
            max_length=MOST_CHOICES,
            allow_null=True,
            required=False,
            **options,
        )

    def to_internal_value(self, data: Any) -> Stored:
        lines = super().to_internal_value(data)
        try:
            stored = to_store(Choice(each["words"], Tap(each["tap"])) for each in lines)
        except WrongChoices as error:
            raise serializers.ValidationError(str(error)) from error
        return stored or []
