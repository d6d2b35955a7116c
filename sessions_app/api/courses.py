"""The courses in which a teacher teaches; all of them to an admin."""

from functools import partial
from typing import Any

from django.db.models import Q
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import ModelViewSet

from sessions_app.api.caller import query, staff
from sessions_app.api.repeated import create_once, found
from sessions_app.api.serializers import CourseQuery, CourseSerializer
from sessions_app.enums import Right
from sessions_app.models import Course
from sessions_app.models.course import CourseQuerySet
from sessions_app.selectors.visible import require
from sessions_app.services import audit
from sessions_app.services import courses as services


@extend_schema_view(list=extend_schema(parameters=[CourseQuery]))
class CourseViewSet(ModelViewSet[Course]):
    """Courses, by title."""

    queryset = Course.objects.all()
    serializer_class = CourseSerializer
    lookup_value_converter = "int"

    def get_queryset(self) -> CourseQuerySet:
        mine = Course.objects.visible_to(staff(self.request)).select_related("teacher")
        if self.action != "list":
            return mine
        asked = query(self.request, CourseQuery)
        term = Q(term=asked["term"]) if "term" in asked else Q()
        return mine.filter(term, title__icontains=asked.get("q", ""))

    def get_object(self) -> Course:
        """The course; what changes it is its teacher's and the admins' alone."""
        course = super().get_object()
        if self.request.method not in SAFE_METHODS:
            require(staff(self.request), course, Right.OWN)
        return course

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        audit.listed("List of courses", by=staff(request))
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        course = self.get_object()
        audit.opened("Settings", course, by=staff(request))
        return Response(self.get_serializer(course).data)

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if (made := found(request, self.get_queryset())) is not None:
            return Response(self.get_serializer(made).data, status=201)
        return super().create(request, *args, **kwargs)

    def perform_create(self, serializer: BaseSerializer[Course]) -> None:
        make = partial(services.create, teacher=staff(self.request))
        create_once(self.request, serializer, self.get_queryset(), make)

    def perform_update(self, serializer: BaseSerializer[Course]) -> None:
        course = self.get_object()
        serializer.instance = services.update(
            course=course, by=staff(self.request), **serializer.validated_data
        )

    def perform_destroy(self, instance: Course) -> None:
        services.delete(course=instance, by=staff(self.request))
