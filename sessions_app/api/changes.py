"""The shape of differences between two spans of minutes, by share."""

from typing import Any

from rest_framework import serializers


class ChangeSerializer(serializers.Serializer[Any]):
    by = serializers.FloatField(
        min_value=-1, max_value=1, help_text="How much more the share is in the second."
    )
    band = serializers.FloatField(help_text="Half width of its 90 % interval.")
    told = serializers.BooleanField(
        help_text="Whether the difference is larger than its band."
    )


class GroupChanges(serializers.Serializer[Any]):
    pleased = ChangeSerializer()
    calm = ChangeSerializer()
    strained = ChangeSerializer()


class AnswerChanges(serializers.Serializer[Any]):
    lost = ChangeSerializer()
    too_fast = ChangeSerializer()
    ok = ChangeSerializer()
    too_slow = ChangeSerializer()


class PulseChanges(AnswerChanges):
    no_answer = ChangeSerializer()


class ComparisonSerializer(serializers.Serializer[Any]):
    """By share; null where one of the two has no numbers."""

    groups = GroupChanges(allow_null=True)
    pulse = PulseChanges(allow_null=True)
    answers = AnswerChanges(allow_null=True)
    told = serializers.BooleanField(help_text="Whether any difference can be told.")
