"""Who teaches in a course beside its teacher."""

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import staff
from sessions_app.enums import Right
from sessions_app.models import CoTeacher, Course
from sessions_app.selectors.visible import require, visible_course_or_404
from sessions_app.services import audit
from sessions_app.services import co_teachers as services
from sessions_app.services.co_teachers import MOST_CO_TEACHERS, NoCoTeacher


class RightsSerializer(serializers.ModelSerializer[CoTeacher]):
    may_run = serializers.BooleanField(
        default=False, help_text="Create, edit, start, pause and end lessons; mark."
    )
    may_delete = serializers.BooleanField(default=False, help_text="Delete lessons.")

    class Meta:
        model = CoTeacher
        fields = ["may_run", "may_delete"]


class CoTeacherSerializer(RightsSerializer):
    name = serializers.CharField(source="user.name", read_only=True)
    email = serializers.EmailField(
        source="user.email",
        max_length=254,
        help_text="Of a colleague who has an account.",
    )

    class Meta:
        model = CoTeacher
        fields = ["id", "name", "email", "may_run", "may_delete", "added_at"]
        read_only_fields = ["added_at"]


class CoTeacherViewSet(GenericViewSet[CoTeacher]):
    queryset = CoTeacher.objects.all()
    serializer_class = CoTeacherSerializer
    pagination_class = None

    @extend_schema(
        operation_id="courses_co_teachers", responses=CoTeacherSerializer(many=True)
    )
    def list(self, request: Request, pk: int) -> Response:
        """The co-teachers of a course, and what each may do beside seeing its lessons."""
        course = _course(request, pk)
        audit.opened("Co-teachers", course, by=staff(request))
        known = course.co_teachers.select_related("user")
        return Response(self.get_serializer(known, many=True).data)

    @extend_schema(
        operation_id="courses_co_teacher_add",
        description=f"Add a colleague; at most {MOST_CO_TEACHERS} in each course.",
        responses={201: CoTeacherSerializer},
    )
    def create(self, request: Request, pk: int) -> Response:
        course = _course(request, pk, Right.OWN)
        values = _checked(self.get_serializer(data=request.data))
        email = values.pop("user")["email"]
        try:
            added = services.add(
                course=course, by=staff(request), email=email, **values
            )
        except NoCoTeacher as error:
            raise serializers.ValidationError({"email": [str(error)]}) from error
        return Response(self.get_serializer(added).data, status=201)

    @extend_schema(
        operation_id="courses_co_teacher_change",
        request=RightsSerializer(partial=True),
        responses=CoTeacherSerializer,
    )
    def partial_update(self, request: Request, pk: int, who: int) -> Response:
        """Give a co-teacher other rights."""
        course = _course(request, pk, Right.OWN)
        known = _co_teacher(course, who)
        rights = _checked(RightsSerializer(known, data=request.data, partial=True))
        changed = services.change(co_teacher=known, by=staff(request), **rights)
        return Response(self.get_serializer(changed).data)

    @extend_schema(operation_id="courses_co_teacher_remove")
    def destroy(self, request: Request, pk: int, who: int) -> Response:
        """Remove a co-teacher; co-teachers remove themselves to leave."""
        course = _course(request, pk)
        known = _co_teacher(course, who)
        if known.user != staff(request):
            require(staff(request), course, Right.OWN)
        services.remove(co_teacher=known, by=staff(request))
        return Response(status=204)


def _course(request: Request, pk: int, right: Right = Right.SEE) -> Course:
    return visible_course_or_404(user=staff(request), pk=pk, right=right)


def _co_teacher(course: Course, pk: int) -> CoTeacher:
    return get_object_or_404(course.co_teachers.select_related("user"), pk=pk)


def _checked(asked: serializers.BaseSerializer[CoTeacher]) -> dict[str, Any]:
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)
