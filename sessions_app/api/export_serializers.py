"""The shape of a lesson's files: its minutes, marks and topics, and the lesson in words."""

from typing import Any

from rest_framework import serializers

from sessions_app.api.alerts import AlertSerializer
from sessions_app.api.choices import ChoiceSerializer
from sessions_app.api.marks import MarkSerializer, ReplySerializer
from sessions_app.api.minute_serializers import MinuteSerializer
from sessions_app.api.shares import SpanShares, share
from sessions_app.api.topics import PlaceSerializer, TopicSerializer
from sessions_app.selectors.export import TOLD_OF_TOPICS


class ExportSessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    course = serializers.CharField(allow_blank=True)
    teacher = serializers.CharField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    window_s = serializers.IntegerField()
    pulse_choices = ChoiceSerializer(many=True)
    time_zone = serializers.CharField(
        help_text="Of `local_time`: the reader's, or the server's to a program."
    )


class ExportMinuteSerializer(MinuteSerializer):
    local_time = serializers.DateTimeField(help_text="`starts_at` with its offset.")
    elapsed_s = serializers.IntegerField(help_text="Seconds since the start.")
    topic = serializers.CharField(
        allow_blank=True, help_text="Its name; blank before the first."
    )
    recording = PlaceSerializer(
        allow_null=True,
        help_text="Where the minute begins in the recording, if anywhere.",
    )


class ExportMarkSerializer(MarkSerializer):
    local_time = serializers.DateTimeField(help_text="`at` with its offset.")

    class Meta(MarkSerializer.Meta):
        fields = [*MarkSerializer.Meta.fields, "local_time"]


class ExportReplySerializer(ReplySerializer):
    local_time = serializers.DateTimeField(help_text="`at` with its offset.")

    class Meta(ReplySerializer.Meta):
        fields = [*ReplySerializer.Meta.fields, "local_time"]


class ExportTopicSerializer(TopicSerializer, SpanShares):
    """A topic with an estimate over the minutes that belong to it, never their average."""

    local_time = serializers.DateTimeField(help_text="`at` with its offset.")
    minutes = serializers.IntegerField(help_text="Closed minutes that belong to it.")
    with_expression = serializers.IntegerField(help_text="Of these, with `groups`.")
    with_pulse = serializers.IntegerField(help_text="Of these, with `pulse`.")
    coverage = serializers.DictField(
        child=share(),
        help_text="Of the minutes that tell how many contribute, the share with each word.",
    )
    stands_out = serializers.CharField(
        allow_blank=True,
        help_text="What surely differs from the rest of the lesson, in the server's "
        "language. Blank where nothing can be told.",
    )

    class Meta(TopicSerializer.Meta):
        fields = [
            *TopicSerializer.Meta.fields,
            "local_time",
            *TOLD_OF_TOPICS,
            "stands_out",
        ]


class ExportAlertSerializer(AlertSerializer):
    local_time = serializers.DateTimeField(help_text="`since` with its offset.")


class FigureSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    value = serializers.CharField(help_text="In words, `45 % ± 10` for example.")
    at = serializers.CharField()


class LessonWordsSerializer(serializers.Serializer[Any]):
    """The lesson in words and figures, in the server's language, on the reader's clock."""

    headline = serializers.CharField()
    sentences = serializers.ListField(child=serializers.CharField())
    figures = FigureSerializer(many=True)


class ExportSerializer(serializers.Serializer[Any]):
    session = ExportSessionSerializer()
    emotions = serializers.ListField(child=serializers.CharField())
    minutes = ExportMinuteSerializer(many=True)
    marks = ExportMarkSerializer(many=True)
    replies = ExportReplySerializer(many=True)
    topics = ExportTopicSerializer(many=True)
    alerts = ExportAlertSerializer(many=True)
    summary = LessonWordsSerializer(
        allow_null=True, help_text="As the lesson's page says it; null before its end."
    )
