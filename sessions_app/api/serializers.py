"""What programs send and get: courses and class sessions."""

from typing import Any

from rest_framework import serializers

from sessions_app.api.choices import ChoiceSerializer, OwnChoices
from sessions_app.api.fields import Line
from sessions_app.api.plans import STUDENTS_SEE, PlanSerializer, Weeks
from sessions_app.api.problems import Conflict
from sessions_app.enums import Right, SessionState
from sessions_app.models import ClassSession, Course
from sessions_app.services.courses import CourseExists, check_free
from sessions_app.services.sessions import NoSignal, check_signals
from sessions_app.web import sign_in

_BIGGEST_ID = 2**63 - 1


class CourseSerializer(serializers.ModelSerializer[Course]):
    title = Line(max_length=200)
    term = Line(max_length=50, allow_blank=True, required=False)
    teacher = serializers.CharField(read_only=True, help_text="The teacher's name.")
    asks_parents = serializers.BooleanField(
        read_only=True,
        help_text="Whether its students are asked for expressions only once their parents "
        "have signed a letter.",
    )
    letters_hold = serializers.BooleanField(
        read_only=True,
        help_text="Whether they have, as its teacher or an admin declares on its page: no "
        "program can.",
    )
    pulse_choices = OwnChoices(
        help_text="What students of the next lesson can tap, two to five answers; null for "
        "the usual four. A lesson that runs keeps those that it began with."
    )

    class Meta:
        model = Course
        fields = [
            "id",
            "title",
            "term",
            "pulse_choices",
            "age_band",
            "asks_parents",
            "letters_hold",
            "teacher",
            "join_code",
            "created_at",
        ]
        read_only_fields = ["join_code", "created_at"]
        extra_kwargs = {
            "age_band": {
                "help_text": "How old its students are, all of them; blank: as the rules of the "
                "place have it. A lower age holds at once."
            }
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Compare with the teacher's other courses; keep what a PATCH leaves out."""
        course = self.instance or Course(teacher=self.context["request"].user)
        names = {
            name: attrs.get(name, getattr(course, name)) for name in ("title", "term")
        }
        try:
            check_free(teacher=course.teacher, but=course.pk, **names)
        except CourseExists as error:
            raise Conflict(str(error)) from error
        return attrs


class OwnCourse(serializers.PrimaryKeyRelatedField[Course]):
    """The id of a course in which the caller may run lessons."""

    def get_queryset(self) -> Any:
        return Course.objects.taught_by(self.context["request"].user, Right.RUN)


# How far a class has come; it changes by being started, paused, continued and ended.
_PROGRESS = (
    "state",
    "created_at",
    "started_at",
    "ended_at",
    "window_s",
    "closed_through",
)


class SessionSerializer(PlanSerializer):
    teacher = serializers.CharField(read_only=True, help_text="The teacher's name.")
    weeks = Weeks()
    course = OwnCourse(
        required=False,
        allow_null=True,
        pk_field=serializers.IntegerField(min_value=1, max_value=_BIGGEST_ID),
    )
    pulse_choices = ChoiceSerializer(
        many=True,
        read_only=True,
        source="choices",
        help_text="What students can tap: of a draft, what the course has now.",
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
            "planned_end_at",
            "weeks",
            "join_code",
            "frame_interval_ms",
            "pulse_on",
            "pulse_choices",
            "expression_on",
            "signed_in_only",
            "students_see",
            *_PROGRESS,
        ]
        read_only_fields = ["join_code", *_PROGRESS]
        extra_kwargs = STUDENTS_SEE

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        attrs = super().validate(attrs)
        draft = ClassSession(**{k: v for k, v in attrs.items() if k != "weeks"})
        try:
            check_signals(draft)
        except NoSignal as error:
            raise serializers.ValidationError(str(error)) from error
        if draft.signed_in_only and not sign_in.is_possible():
            raise serializers.ValidationError(
                {
                    "signed_in_only": "Nobody can sign in here (FER_SIGNED_IN_HEADER, FER_OIDC_STUDENTS)."
                }
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
