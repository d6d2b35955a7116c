"""What is released about a class: its minutes, the timeline, the live state."""

from abc import ABC, abstractmethod
from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app.api.caller import query, session_of, staff
from sessions_app.api.export_serializers import ExportSerializer
from sessions_app.api.minute_serializers import (
    MinuteSerializer,
    SnapshotSerializer,
    TimelineSerializer,
)
from sessions_app.minutes.current_store import get_store
from sessions_app.minutes.timeline import (
    class_timeline,
    live_snapshot,
    released_minutes,
)
from sessions_app.models import ClassSession
from sessions_app.models.session import NOTHING_CLOSED
from sessions_app.selectors.export import (
    as_csv,
    as_workbook,
    export_name,
    session_export,
)
from sessions_app.selectors.spreadsheet import WORKBOOK
from sessions_app.services import audit


def _viewed(request: Request, pk: UUID) -> ClassSession:
    """The session, with a note that the caller looks at its numbers."""
    session = session_of(request, pk)
    audit.keeps_viewing(session=session, by=staff(request), what="Numbers")
    return session


class TimelineQuery(serializers.Serializer[Any]):
    after = serializers.IntegerField(
        default=NOTHING_CLOSED,
        min_value=NOTHING_CLOSED,
        help_text="Only minutes after this index.",
    )


class TimelineView(APIView):
    @extend_schema(
        operation_id="sessions_timeline",
        parameters=[TimelineQuery],
        responses=TimelineSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """All closed minutes with their summary, as the dashboard draws them."""
        after = query(request, TimelineQuery)["after"]
        return Response(class_timeline(session=_viewed(request, pk), after=after))


class MinutesView(GenericAPIView[Any]):
    serializer_class = MinuteSerializer

    @extend_schema(
        operation_id="sessions_minutes", responses=MinuteSerializer(many=True)
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Closed minutes in pages."""
        page = self.paginate_queryset(released_minutes(_viewed(request, pk).pk))
        return self.get_paginated_response(page)


class SnapshotView(APIView):
    @extend_schema(operation_id="sessions_snapshot", responses=SnapshotSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """The class right now: what the dashboard's socket sends once a second."""
        session = _viewed(request, pk)
        stats = get_store().stats(session.pk)
        return Response(live_snapshot(session=session, stats=stats))


class FileRenderer(BaseRenderer, ABC):
    """Writes what the view answers as a file; an error stays JSON."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Any = None,
    ) -> bytes | str:
        if renderer_context["response"].exception:
            return JSONRenderer().render(data)
        return self.write(data)

    @abstractmethod
    def write(self, data: Any) -> bytes | str:
        """The whole file; text is encoded as the renderer's charset says."""


class CsvRenderer(FileRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def write(self, data: Any) -> str:
        return as_csv(data)


class WorkbookRenderer(FileRenderer):
    media_type = WORKBOOK
    format = "xlsx"
    charset = None
    render_style = "binary"

    def write(self, data: Any) -> bytes:
        return as_workbook(data)


class ExportView(APIView):
    renderer_classes = [JSONRenderer, CsvRenderer, WorkbookRenderer]

    @extend_schema(
        operation_id="sessions_export",
        responses={
            (200, "application/json"): ExportSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, WORKBOOK): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """The session's released minutes to take away; `?format=csv` or `xlsx`."""
        session = session_of(request, pk)
        name = export_name(session=session, form=request.accepted_renderer.format)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        audit.exported(session=session, by=staff(request), what=f"API: {name}")
        return Response(session_export(session=session), headers=headers)
