"""What programs send and get: courses and class sessions."""

from typing import Any

from django.conf import settings
from django.core.validators import URLValidator
from rest_framework import serializers

from sessions_app.api.problems import Conflict
from sessions_app.enums import SessionState
from sessions_app.forms.text import HIDDEN, no_hidden_characters
from sessions_app.models import ClassSession, Course
from sessions_app.models.session import MAX_LINK
from sessions_app.services.courses import CourseExists, check_free
from sessions_app.services.sessions import NoSignal, check_signals

_BIGGEST_ID = 2**63 - 1


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


class CourseSerializer(serializers.ModelSerializer[Course]):
    title = Line(max_length=200)
    term = Line(max_length=50, allow_blank=True, required=False)
    teacher = serializers.CharField(read_only=True, help_text="The teacher's name.")

    class Meta:
        model = Course
        fields = ["id", "title", "term", "teacher", "join_code", "created_at"]
        read_only_fields = ["join_code", "created_at"]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Compare with the teacher's other courses; keep what a PATCH leaves out."""
        course = self.instance or Course(teacher=self.context["request"].user)
        attrs = {"title": course.title, "term": course.term, **attrs}
        try:
            check_free(teacher=course.teacher, but=course.pk, **attrs)
        except CourseExists as error:
            raise Conflict(str(error)) from error
        return attrs


class OwnCourse(serializers.PrimaryKeyRelatedField[Course]):
    """The id of one of the caller's own courses."""

    def get_queryset(self) -> Any:
        return Course.objects.filter(teacher=self.context["request"].user)


# How far a class has come; it changes by being started, paused, continued and ended.
_PROGRESS = (
    "state",
    "created_at",
    "started_at",
    "ended_at",
    "window_s",
    "closed_through",
)


class SessionSerializer(serializers.ModelSerializer[ClassSession]):
    teacher = serializers.CharField(read_only=True, help_text="The teacher's name.")
    title = Line(max_length=200)
    course = OwnCourse(
        required=False,
        allow_null=True,
        pk_field=serializers.IntegerField(min_value=1, max_value=_BIGGEST_ID),
    )
    meeting_url = serializers.URLField(
        required=False,
        allow_blank=True,
        max_length=MAX_LINK,
        validators=[URLValidator(schemes=["http", "https"]), no_hidden_characters],
    )

    class Meta:
        model = ClassSession
        fields = [
            "id",
            "teacher",
            "course",
            "title",
            "meeting_url",
            "planned_at",
            "join_code",
            "frame_interval_ms",
            "pulse_on",
            "expression_on",
            "signed_in_only",
            *_PROGRESS,
        ]
        read_only_fields = ["planned_at", "join_code", *_PROGRESS]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        draft = ClassSession(**attrs)
        try:
            check_signals(draft)
        except NoSignal as error:
            raise serializers.ValidationError(str(error)) from error
        if draft.signed_in_only and not settings.FER_SIGNED_IN_HEADER:
            raise serializers.ValidationError(
                {"signed_in_only": "Nobody can sign in here (FER_SIGNED_IN_HEADER)."}
            )
        return attrs


class SessionQuery(serializers.Serializer[Any]):
    """Filters of the list of sessions."""

    q = serializers.CharField(
        required=False, max_length=100, help_text="Words in its or its course's title."
    )
    course = serializers.IntegerField(
        required=False, min_value=1, max_value=_BIGGEST_ID, help_text="A course's id."
    )
    state = serializers.ChoiceField(SessionState.choices, required=False)
    since = serializers.DateField(
        required=False,
        help_text="First day that it began on, in the time zone of the login's browser "
        "or, with a token, of the server; of a draft, the day that it was made on.",
    )
    until = serializers.DateField(required=False, help_text="Last such day.")


class CourseQuery(serializers.Serializer[Any]):
    """Filters of the list of courses."""

    q = serializers.CharField(
        required=False, max_length=100, help_text="Words in its title."
    )
    term = serializers.CharField(required=False, max_length=50)
