"""What a lesson is about: its topics, and the agenda of those to come."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import session_of, staff
from sessions_app.api.fields import Line
from sessions_app.api.marks import MarkSerializer, checked, within
from sessions_app.enums import Right
from sessions_app.forms.text import something_to_see
from sessions_app.minutes.topics import class_topics
from sessions_app.models import ClassSession, Mark
from sessions_app.models.mark import MAX_WORD
from sessions_app.services import audit, topics
from sessions_app.services.topics import MOST_TOPICS


class PlaceSerializer(serializers.Serializer[Any]):
    """A place in a recording."""

    time = serializers.CharField(help_text="As players show it, such as 1:02:30.")
    link = serializers.CharField(
        allow_blank=True,
        help_text="Begins there. Blank where the address is of no kind that can.",
    )


class TopicSerializer(MarkSerializer):
    """A topic's beginning and name; it lasts until the next topic, or the lesson's end."""

    word = Line(max_length=MAX_WORD, required=False, validators=[something_to_see])
    ends_at = serializers.DateTimeField(
        read_only=True, allow_null=True, help_text="Null of the topic that runs."
    )

    recording = PlaceSerializer(
        read_only=True,
        allow_null=True,
        help_text="Where the topic begins in the recording. Null without one, or before it.",
    )

    class Meta(MarkSerializer.Meta):
        fields = ["id", "at", "ends_at", "word", "recording"]


class MergeSerializer(serializers.Serializer[Any]):
    other = serializers.UUIDField(help_text="A topic beside this one.")


class AgendaSerializer(serializers.Serializer[Any]):
    agenda = serializers.ListField(
        child=Line(max_length=MAX_WORD, validators=[something_to_see]),
        max_length=MOST_TOPICS,
        help_text="Names of the topics to come, in order; a topic that begins leaves it.",
    )


class TopicViewSet(GenericViewSet[Mark]):
    queryset = Mark.objects.topics()
    serializer_class = TopicSerializer
    pagination_class = None

    @extend_schema(operation_id="sessions_topics", responses=TopicSerializer(many=True))
    def list(self, request: Request, pk: UUID) -> Response:
        """All topics of a lesson, in order."""
        session = session_of(request, pk)
        audit.opened("Topics", session, by=staff(request))
        return Response(class_topics(session))

    @extend_schema(
        operation_id="sessions_topic",
        description=f"Begin a topic, at most {MOST_TOPICS} in each lesson. Without a "
        "`word` it is the agenda's next one, or else gets a number. The name of the "
        "topic that runs begins no other and answers with that one.",
        responses={201: TopicSerializer},
    )
    def create(self, request: Request, pk: UUID) -> Response:
        session = session_of(request, pk, Right.RUN)
        values = checked(self.get_serializer(data=request.data))
        begun = within(topics.begin, session=session, by=staff(request), **values)
        return Response(_told(session, begun), status=201)

    @extend_schema(operation_id="sessions_topic_change")
    def partial_update(self, request: Request, pk: UUID, topic: UUID) -> Response:
        """Name or move a topic; it cannot pass the topics beside it."""
        known = _topic_of(request, pk, topic)
        values = checked(self.get_serializer(known, data=request.data, partial=True))
        changed = within(topics.update, topic=known, by=staff(request), **values)
        return Response(_told(known.session, changed))

    @extend_schema(operation_id="sessions_topic_delete")
    def destroy(self, request: Request, pk: UUID, topic: UUID) -> Response:
        """Take a topic away; the one before it lasts until the one after it."""
        topics.delete(topic=_topic_of(request, pk, topic), by=staff(request))
        return Response(status=204)

    @extend_schema(
        operation_id="sessions_topic_merge",
        request=MergeSerializer,
        responses=TopicSerializer,
    )
    def merge(self, request: Request, pk: UUID, topic: UUID) -> Response:
        """Make one topic out of two neighbours, with the beginning of the earlier."""
        known = _topic_of(request, pk, topic)
        asked = MergeSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        other = _topic_of(request, pk, asked.validated_data["other"])
        merged = topics.merge(topic=known, other=other, by=staff(request))
        return Response(_told(known.session, merged))


class AgendaViewSet(GenericViewSet[ClassSession]):
    queryset = ClassSession.objects.all()
    serializer_class = AgendaSerializer

    @extend_schema(operation_id="sessions_agenda")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """The topics that are to come, in order."""
        session = session_of(request, pk)
        audit.opened("Agenda", session, by=staff(request))
        return Response({"agenda": session.agenda})

    @extend_schema(operation_id="sessions_agenda_change")
    def update(self, request: Request, pk: UUID) -> Response:
        """Say which topics are to come, in place of those that were."""
        session = session_of(request, pk, Right.RUN)
        asked = AgendaSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = topics.set_agenda(
            session=session, by=staff(request), **asked.validated_data
        )
        return Response({"agenda": changed.agenda})


def _topic_of(request: Request, pk: UUID, topic: UUID) -> Mark:
    known = Mark.objects.topics().select_related("session")
    return get_object_or_404(
        known, pk=topic, session=session_of(request, pk, Right.RUN)
    )


def _told(session: ClassSession, topic: Mark) -> dict[str, Any]:
    """A topic with its end, which follows from the others."""
    for each in class_topics(session):
        if each["id"] == str(topic.pk):
            return each
    raise Mark.DoesNotExist  # another device took it away again
