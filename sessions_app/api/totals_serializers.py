"""The shape of lessons that are added up."""

from typing import Any

from rest_framework import serializers

from sessions_app.api.changes import ComparisonSerializer
from sessions_app.api.shares import SpanShares
from sessions_app.enums import GroupBy


def _minutes() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0)


class StatusCounts(serializers.Serializer[Any]):
    """Minutes by what became of a signal in them."""

    released = _minutes()
    too_few = _minutes()
    paused = _minutes()
    interrupted = _minutes()
    off = _minutes()


class CoverageCounts(serializers.Serializer[Any]):
    """Minutes by the word for how many contributed."""

    few = _minutes()
    half = _minutes()
    most = _minutes()


class TotalSerializer(SpanShares):
    """Lessons together; a signal's shares are null where no minute has numbers."""

    name = serializers.CharField()
    filters = serializers.DictField(
        child=serializers.CharField(), help_text="That find the lessons of this group."
    )
    lessons = serializers.IntegerField(min_value=0)
    minutes = _minutes()
    status = StatusCounts(help_text="Of the expression.")
    pulse_status = StatusCounts()
    coverage = CoverageCounts()


class TotalsSerializer(serializers.Serializer[Any]):
    by = serializers.ChoiceField(GroupBy.choices)
    filters = serializers.DictField(child=serializers.CharField())
    time_zone = serializers.CharField()
    groups = TotalSerializer(many=True)
    all = TotalSerializer()


class DifferenceSerializer(ComparisonSerializer):
    """Null where one of the two has no numbers of a signal."""

    time_zone = serializers.CharField()
    first = TotalSerializer()
    second = TotalSerializer()
