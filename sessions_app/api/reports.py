"""A lesson's report: how far it is, having it made again, and its PDF."""

from typing import Any
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app.api.caller import session_of, staff
from sessions_app.api.minutes import FileRenderer
from sessions_app.api.problems import Conflict
from sessions_app.enums import ReportState, Right
from sessions_app.selectors.export import export_name
from sessions_app.selectors.reports import (
    NO_REPORT,
    not_ready,
    report_file,
    report_status,
)
from sessions_app.services import audit, reports


class ReportSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(
        [(NO_REPORT, "None"), *ReportState.choices],
        help_text="`none` of a lesson that has not ended, or ended before there were "
        "reports; `ready` once the PDF is there.",
    )
    made_at = serializers.DateTimeField(allow_null=True)
    problem = serializers.CharField(
        allow_blank=True, help_text="In words, where it `failed`."
    )


class ReportView(APIView):
    @extend_schema(operation_id="sessions_report", responses=ReportSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        """How far the lesson's report is."""
        session = session_of(request, pk)
        audit.opened("Report", session, by=staff(request))
        return Response(ReportSerializer(report_status(session)).data)

    @extend_schema(
        operation_id="sessions_report_make",
        request=None,
        responses={202: ReportSerializer},
    )
    def post(self, request: Request, pk: UUID) -> Response:
        """Have it made again, on the server's clock; 409 before the lesson has ended."""
        session = session_of(request, pk, Right.RUN)
        reports.ask(session=session, by=staff(request))
        return Response(ReportSerializer(report_status(session)).data, status=202)


class PdfRenderer(FileRenderer):
    media_type = "application/pdf"
    format = "pdf"
    charset = None
    render_style = "binary"

    def write(self, data: Any) -> bytes:
        return bytes(data)


class ReportPdfView(APIView):
    renderer_classes: list[type[BaseRenderer]] = [PdfRenderer, JSONRenderer]

    @extend_schema(
        operation_id="sessions_report_pdf",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """The report as a tagged PDF; 409 while it is not ready."""
        session = session_of(request, pk)
        content = report_file(session)
        if content is None:
            raise Conflict(not_ready(report_status(session)))
        name = export_name(session=session, form="pdf")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        audit.exported(session=session, by=staff(request), what=f"API: {name}")
        return Response(content, headers=headers, content_type="application/pdf")
