"""How a course went, lesson by lesson, for programs."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app.api.caller import query, staff
from sessions_app.api.shares import SpanShares
from sessions_app.api.totals import CsvRenderer, WorkbookRenderer
from sessions_app.api.totals_serializers import DifferenceSerializer
from sessions_app.enums import AuditAction
from sessions_app.selectors.course_trend import Lesson, Trend, course_trend
from sessions_app.selectors.spreadsheet import WORKBOOK
from sessions_app.selectors.totals_export import difference_data
from sessions_app.selectors.visible import visible_course_or_404
from sessions_app.services import audit


class SpanSerializer(SpanShares):
    """What minutes were like, taken together; null where none has numbers."""

    minutes = serializers.IntegerField(min_value=0, help_text="Closed minutes.")
    with_expression = serializers.IntegerField(
        min_value=0, help_text="Minutes with numbers of the expression."
    )
    with_pulse = serializers.IntegerField(
        min_value=0, help_text="Minutes with numbers of the pulse."
    )


class LessonSpanSerializer(SpanSerializer):
    id = serializers.UUIDField()
    title = serializers.CharField()
    held_at = serializers.DateTimeField()


class TrendSerializer(serializers.Serializer[Any]):
    lessons = LessonSpanSerializer(
        many=True, help_text="The newest lessons with numbers, in the order of time."
    )
    course = SpanSerializer(help_text="All lessons of the course, taken together.")


class TwoLessons(serializers.Serializer[Any]):
    first = serializers.UUIDField(help_text="A lesson of the course's trend.")
    second = serializers.UUIDField(help_text="Another one.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["first"] == attrs["second"]:
            raise serializers.ValidationError("Choose two different lessons.")
        return attrs


class CourseTrendView(APIView):
    @extend_schema(operation_id="courses_trend", responses=TrendSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How a course went: an estimate with its band for each lesson, and for all."""
        course = visible_course_or_404(user=staff(request), pk=pk)
        more = ", its lessons side by side"
        audit.about(course, AuditAction.VIEWED, by=staff(request), more=more)
        trend = course_trend(course=course)
        lessons = [
            {
                "id": str(each.session.pk),
                "title": each.session.title,
                "held_at": each.session.held_at,
                **SpanSerializer(each.span).data,
            }
            for each in trend.lessons
        ]
        whole = SpanSerializer(trend.whole).data
        return Response({"lessons": lessons, "course": whole})


class CourseComparisonView(APIView):
    renderer_classes = [JSONRenderer, CsvRenderer, WorkbookRenderer]

    @extend_schema(
        operation_id="courses_comparison",
        parameters=[TwoLessons],
        responses={
            (200, "application/json"): DifferenceSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, WORKBOOK): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, pk: int) -> Response:
        """Whether a difference between two lessons of a course can be told.

        `?format=csv` or `xlsx`.
        """
        course = visible_course_or_404(user=staff(request), pk=pk)
        form = request.accepted_renderer.format
        action = AuditAction.VIEWED if form == "json" else AuditAction.EXPORTED
        more = f", two of its lessons compared as {form.upper()}"
        audit.about(course, action, by=staff(request), more=more)
        asked, trend = query(request, TwoLessons), course_trend(course=course)
        first, second = (_lesson(trend, name, asked[name]) for name in asked)
        return Response(difference_data(first.alone, second.alone))


def _lesson(trend: Trend, name: str, pk: UUID) -> Lesson:
    if (found := trend.lesson(pk)) is None:
        nowhere = "This lesson is not in the trend of the course."
        raise serializers.ValidationError({name: nowhere})
    return found
