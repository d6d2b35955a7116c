"""The moments of a class that its teacher marked."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import session_of, staff
from sessions_app.api.serializers import Line
from sessions_app.models import Mark
from sessions_app.models.mark import MAX_WORD
from sessions_app.services import audit, marks
from sessions_app.services.marks import MOST_MARKS, OutsideClass


class MarkSerializer(serializers.ModelSerializer[Mark]):
    at = serializers.DateTimeField(
        required=False,
        default_timezone=dt.UTC,
        help_text="A moment of the class; now if left out. The future is refused.",
    )
    word = Line(max_length=MAX_WORD, allow_blank=True, required=False)

    class Meta:
        model = Mark
        fields = ["id", "at", "word"]


class MarkViewSet(GenericViewSet[Mark]):
    queryset = Mark.objects.all()
    serializer_class = MarkSerializer
    pagination_class = None

    @extend_schema(operation_id="sessions_marks", responses=MarkSerializer(many=True))
    def list(self, request: Request, pk: UUID) -> Response:
        """All marks of a class, in order."""
        session = session_of(request, pk)
        audit.opened("Marks", session, by=staff(request))
        marked = Mark.objects.filter(session=session)
        return Response(self.get_serializer(marked, many=True).data)

    @extend_schema(
        operation_id="sessions_mark",
        description=f"Mark a moment of a class; at most {MOST_MARKS} in each.",
        responses={201: MarkSerializer},
    )
    def create(self, request: Request, pk: UUID) -> Response:
        session = session_of(request, pk)
        values = _checked(self.get_serializer(data=request.data))
        mark = _within(marks.add, session=session, by=staff(request), **values)
        return Response(self.get_serializer(mark).data, status=201)

    @extend_schema(operation_id="sessions_mark_change")
    def partial_update(self, request: Request, pk: UUID, mark: UUID) -> Response:
        """Name or move a mark."""
        known = _mark_of(request, pk, mark)
        values = _checked(self.get_serializer(known, data=request.data, partial=True))
        changed = _within(marks.update, mark=known, by=staff(request), **values)
        return Response(self.get_serializer(changed).data)

    @extend_schema(operation_id="sessions_mark_delete")
    def destroy(self, request: Request, pk: UUID, mark: UUID) -> Response:
        """Take a mark away."""
        marks.delete(mark=_mark_of(request, pk, mark), by=staff(request))
        return Response(status=204)


def _mark_of(request: Request, pk: UUID, mark: UUID) -> Mark:
    known = Mark.objects.select_related("session")
    return get_object_or_404(known, pk=mark, session=session_of(request, pk))


def _checked(asked: serializers.BaseSerializer[Mark]) -> dict[str, Any]:
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def _within(change: Callable[..., Mark], **values: Any) -> Mark:
    """Do it, or say what is wrong with the moment."""
    try:
        return change(**values)
    except OutsideClass as error:
        raise serializers.ValidationError({"at": [str(error)]}) from error
