"""The moments of a class that its teacher marked, and the teacher's replies to the class."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import session_of, staff
from sessions_app.api.fields import Line
from sessions_app.enums import MarkKind, Right
from sessions_app.forms.text import something_to_see
from sessions_app.models import Mark
from sessions_app.models.mark import MAX_REPLY, MAX_WORD
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


class ReplySerializer(MarkSerializer):
    """What its students read of the teacher, about one moment."""

    word = Line(max_length=MAX_REPLY, validators=[something_to_see])


class MarkViewSet(GenericViewSet[Mark]):
    kind = MarkKind.MOMENT
    queryset = Mark.objects.all()
    serializer_class = MarkSerializer
    pagination_class = None

    @extend_schema(operation_id="sessions_marks", responses=MarkSerializer(many=True))
    def list(self, request: Request, pk: UUID) -> Response:
        """All marks of a class, in order."""
        session = session_of(request, pk)
        audit.opened(marks.IN_AUDIT[self.kind], session, by=staff(request))
        marked = session.marks.filter(kind=self.kind)
        return Response(self.get_serializer(marked, many=True).data)

    @extend_schema(
        operation_id="sessions_mark",
        description=f"Mark a moment of a class; at most {MOST_MARKS} in each.",
        responses={201: MarkSerializer},
    )
    def create(self, request: Request, pk: UUID) -> Response:
        session = session_of(request, pk, Right.RUN)
        values = checked(self.get_serializer(data=request.data))
        values |= {"session": session, "by": staff(request), "kind": self.kind}
        mark = within(marks.add, **values)
        return Response(self.get_serializer(mark).data, status=201)

    @extend_schema(operation_id="sessions_mark_change")
    def partial_update(self, request: Request, pk: UUID, mark: UUID) -> Response:
        """Name or move a mark."""
        known = self._mark_of(request, pk, mark)
        values = checked(self.get_serializer(known, data=request.data, partial=True))
        changed = within(marks.update, mark=known, by=staff(request), **values)
        return Response(self.get_serializer(changed).data)

    @extend_schema(operation_id="sessions_mark_delete")
    def destroy(self, request: Request, pk: UUID, mark: UUID) -> Response:
        """Take a mark away."""
        marks.delete(mark=self._mark_of(request, pk, mark), by=staff(request))
        return Response(status=204)

    def _mark_of(self, request: Request, pk: UUID, mark: UUID) -> Mark:
        """A mark that the caller may change."""
        known = Mark.objects.filter(kind=self.kind).select_related("session")
        session = session_of(request, pk, Right.RUN)
        return get_object_or_404(known, pk=mark, session=session)


@extend_schema_view(
    list=extend_schema(
        operation_id="sessions_replies",
        description="All replies of the teacher to the class, in order.",
        responses=ReplySerializer(many=True),
    ),
    create=extend_schema(
        operation_id="sessions_reply",
        description="Reply to the class, about now or a moment of the lesson: one line, "
        f"which its students read; at most {MOST_MARKS} in each lesson.",
        responses={201: ReplySerializer},
    ),
    partial_update=extend_schema(
        operation_id="sessions_reply_change", description="Change or move a reply."
    ),
    destroy=extend_schema(
        operation_id="sessions_reply_delete",
        description="Take a reply away, from students, too.",
    ),
)
class ReplyViewSet(MarkViewSet):
    kind = MarkKind.REPLY
    serializer_class = ReplySerializer


def checked(asked: serializers.BaseSerializer[Mark]) -> dict[str, Any]:
    asked.is_valid(raise_exception=True)
    return dict(asked.validated_data)


def within(change: Callable[..., Mark], **values: Any) -> Mark:
    """Do it, or say what is wrong with the moment."""
    try:
        return change(**values)
    except OutsideClass as error:
        raise serializers.ValidationError({"at": [str(error)]}) from error
