"""The shape of shares: of groups of expressions, of votes, of taps."""

from typing import Any

from rest_framework import serializers

_BAND = "Half width of each share's 90 % interval."


def share() -> serializers.FloatField:
    return serializers.FloatField(min_value=0, max_value=1)


class GroupsSerializer(serializers.Serializer[Any]):
    pleased = share()
    calm = share()
    strained = share()


class AnswersSerializer(serializers.Serializer[Any]):
    lost = share()
    too_fast = share()
    ok = share()
    too_slow = share()


class PulseSerializer(AnswersSerializer):
    no_answer = share()


class SpanShares(serializers.Serializer[Any]):
    """What minutes were like together; a signal's shares are null where none has numbers."""

    groups = GroupsSerializer(allow_null=True)
    groups_band = GroupsSerializer(allow_null=True, help_text=_BAND)
    pulse = PulseSerializer(allow_null=True, help_text="Of all who were asked.")
    pulse_band = PulseSerializer(allow_null=True, help_text=_BAND)
    answers = AnswersSerializer(allow_null=True, help_text="Of those who answered.")
    answers_band = AnswersSerializer(allow_null=True, help_text=_BAND)
