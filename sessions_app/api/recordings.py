"""Where a lesson can be seen again."""

from uuid import UUID

from django.core.validators import URLValidator
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import session_of, staff
from sessions_app.enums import Right
from sessions_app.forms.text import no_hidden_characters
from sessions_app.models import ClassSession
from sessions_app.models.session import MAX_LINK
from sessions_app.services import audit, sessions

_DAY_S = 86_400


class RecordingSerializer(serializers.ModelSerializer[ClassSession]):
    url = serializers.URLField(
        source="recording_url",
        allow_blank=True,
        max_length=MAX_LINK,
        validators=[URLValidator(schemes=["http", "https"]), no_hidden_characters],
        help_text="Blank: there is none.",
    )
    lesson_starts_s = serializers.IntegerField(
        source="recording_offset_s",
        min_value=-_DAY_S,
        max_value=_DAY_S,
        help_text="What the recording's clock said when the lesson began, in seconds; "
        "below 0 if recording began after the lesson.",
    )

    class Meta:
        model = ClassSession
        fields = ["url", "lesson_starts_s"]


class RecordingViewSet(GenericViewSet[ClassSession]):
    queryset = ClassSession.objects.all()
    serializer_class = RecordingSerializer

    @extend_schema(operation_id="sessions_recording")
    def retrieve(self, request: Request, pk: UUID) -> Response:
        """Where the lesson can be seen again; topics and minutes lead there."""
        session = session_of(request, pk)
        audit.opened("Recording", session, by=staff(request))
        return Response(self.get_serializer(session).data)

    @extend_schema(operation_id="sessions_recording_change")
    def update(self, request: Request, pk: UUID) -> Response:
        """Say where the lesson can be seen again, and when it began there."""
        session = session_of(request, pk, Right.RUN)
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        changed = sessions.update(
            session=session, by=staff(request), **asked.validated_data
        )
        return Response(self.get_serializer(changed).data)
