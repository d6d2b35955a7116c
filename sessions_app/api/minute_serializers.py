"""The shape of what is released about a class; the rows themselves say the numbers."""

from typing import Any

from rest_framework import serializers

from sessions_app.api.alerts import AlertSerializer
from sessions_app.api.choices import ChoiceSerializer
from sessions_app.api.marks import MarkSerializer, ReplySerializer
from sessions_app.api.shares import (
    AnswersSerializer,
    GroupsSerializer,
    PulseSerializer,
    share,
)
from sessions_app.api.topics import PlaceSerializer, TopicSerializer
from sessions_app.enums import Coverage, Inference, MinuteStatus, Purpose, SessionState
from sessions_app.minutes.claims import CLAIMS, PULSE_CLAIMS
from sessions_app.minutes.interruptions import PlatformIssue
from sessions_app.minutes.release import GROUPED_BELOW

_ROUGHLY = "with noise, in steps of five, rather too low than too high"


class MinuteSerializer(serializers.Serializer[Any]):
    """A closed minute; a signal's numbers are null where it is not `released`."""

    index = serializers.IntegerField(
        min_value=0, help_text="Minutes of `window_s` seconds since the start."
    )
    starts_at = serializers.DateTimeField()
    status = serializers.ChoiceField(
        MinuteStatus.choices,
        help_text="Of the expression; `pulse_status` of the pulse.",
    )
    size = serializers.IntegerField(
        allow_null=True, help_text=f"About how many showed the expression; {_ROUGHLY}."
    )
    groups = GroupsSerializer(
        allow_null=True,
        help_text="Share of each group of expressions: pleased (happy, surprise), calm "
        "(neutral), strained (angry, disgust, fear, sad); read together with up to eight "
        "minutes before, as far as these go together with it. Null in minutes from "
        "before this field was there.",
    )
    groups_band = GroupsSerializer(
        allow_null=True, help_text="Half width of each group's 90 % interval."
    )
    groups_alone = GroupsSerializer(
        allow_null=True,
        help_text="The same, read from this minute alone: changes, alerts and topics "
        "follow from these.",
    )
    groups_alone_band = GroupsSerializer(
        allow_null=True, help_text="Half width of each group's 90 % interval."
    )
    shares = serializers.ListField(
        child=share(),
        allow_null=True,
        help_text="Share of each expression, in the order of `emotions`. Null in small "
        f"lessons (`size` under {GROUPED_BELOW}), which show `groups` alone.",
    )
    band = serializers.ListField(
        child=serializers.FloatField(),
        allow_null=True,
        help_text="Half width of each share's 90 % interval.",
    )
    valence = serializers.FloatField(allow_null=True, min_value=-1, max_value=1)
    valence_band = serializers.FloatField(allow_null=True)
    statement = serializers.ChoiceField(
        [str(claim) for claim in CLAIMS],
        allow_blank=True,
        help_text="What holds in nine cases of ten: nearly all (at least 80 %), most "
        "(50 %), hardly anyone (at most 10 %), few (25 %) or a third (at most one) show a "
        "group's expressions. "
        "Blank: nothing is sure enough.",
    )
    unusual = serializers.BooleanField(
        help_text="Faces unlike those that the model learned from."
    )
    pulse_status = serializers.ChoiceField(MinuteStatus.choices)
    pulse = PulseSerializer(allow_null=True)
    pulse_band = PulseSerializer(
        allow_null=True, help_text="Half width of each share's 90 % interval."
    )
    pulse_size = serializers.IntegerField(
        allow_null=True, help_text=f"About how many were asked; {_ROUGHLY}."
    )
    answers = AnswersSerializer(
        allow_null=True,
        help_text="Share of each tap among those who answered alone. Null in minutes "
        "from before this field was there.",
    )
    answers_band = AnswersSerializer(
        allow_null=True, help_text="Half width of each share's 90 % interval."
    )
    pulse_statement = serializers.ChoiceField(
        [str(claim) for claim in PULSE_CLAIMS],
        allow_blank=True,
        help_text="What holds in nine cases of ten of those who answered: half or more, "
        "1 in 3 or more (from 30 %), or hardly anyone (at most 10 %) is lost, finds it too "
        "fast, or one of both (behind); or few answer at all (under a quarter). Blank: "
        "nothing is sure enough.",
    )
    coverage = serializers.ChoiceField(Coverage.choices, allow_blank=True)
    inference = serializers.ChoiceField(
        Inference.choices,
        allow_blank=True,
        help_text="Where its camera pictures were read: by the school's server, on "
        "students' devices, or by either. Blank where the expression was not released, "
        "and in minutes from before this field was there.",
    )


class WordsSerializer(serializers.Serializer[Any]):
    """A signal of the last minute in words, in the server's language."""

    sentence = serializers.CharField(
        allow_blank=True,
        help_text="What is sure enough, or else the change, or that nothing is sure. "
        "Blank where the signal was not released.",
    )
    change = serializers.CharField(
        allow_blank=True, help_text="What changed beyond the band, while that is news."
    )
    change_at = serializers.IntegerField(
        allow_null=True, help_text="Index of the minute in which the change showed."
    )


class SummarySerializer(WordsSerializer):
    """The words for the whole class, and for each signal."""

    about = serializers.ChoiceField(
        Purpose.choices, allow_blank=True, help_text="Whose words the first three are."
    )
    many_behind = serializers.BooleanField(
        help_text="30 % or more of those who answered are lost or find it too fast."
    )
    expression = WordsSerializer()
    pulse = WordsSerializer()


class TimelineSessionSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.ChoiceField(SessionState.choices)
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    window_s = serializers.IntegerField()
    expression_on = serializers.BooleanField()
    pulse_on = serializers.BooleanField()
    pulse_choices = ChoiceSerializer(many=True)


class TimelineMinuteSerializer(MinuteSerializer):
    recording = PlaceSerializer(
        allow_null=True,
        help_text="Where the minute begins in the recording, if anywhere.",
    )


class TimelineSerializer(serializers.Serializer[Any]):
    session = TimelineSessionSerializer()
    emotions = serializers.ListField(child=serializers.CharField())
    closed_through = serializers.IntegerField()
    minutes = TimelineMinuteSerializer(many=True)
    marks = MarkSerializer(many=True)
    replies = ReplySerializer(many=True)
    topics = TopicSerializer(many=True)
    agenda = serializers.ListField(
        child=serializers.CharField(), help_text="Names of the topics to come."
    )
    alerts = AlertSerializer(many=True)
    marks_version = serializers.IntegerField()
    summary = SummarySerializer()


class SnapshotSerializer(serializers.Serializer[Any]):
    """What the dashboard's socket sends."""

    type = serializers.ChoiceField(["snapshot"])
    state = serializers.ChoiceField(SessionState.choices)
    closed_through = serializers.IntegerField()
    marks_version = serializers.IntegerField(
        help_text="Larger where marks, replies, topics or the agenda have changed."
    )
    last_minute = MinuteSerializer(allow_null=True)
    summary = SummarySerializer()
    alert = AlertSerializer(
        allow_null=True,
        help_text="The newest alert, for ten minutes or until it is put away.",
    )
    joined = serializers.IntegerField(
        allow_null=True,
        help_text=f"About how many had joined when this minute began; {_ROUGHLY}. Null "
        "in a lesson that is over.",
    )
    trouble = serializers.ChoiceField(
        PlatformIssue.choices,
        allow_blank=True,
        help_text="Of the platform's own, while there is some.",
    )
    after_pause = serializers.BooleanField(
        help_text="The lesson runs again, and its pause was in the minute that runs."
    )
    next_at = serializers.DateTimeField(
        allow_null=True,
        help_text="When the next minute that can have numbers is closed. Null in a "
        "lesson that does not run.",
    )
    window_s = serializers.IntegerField()
