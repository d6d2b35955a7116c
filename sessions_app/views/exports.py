"""A session's released minutes as a file."""

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from sessions_app.models import ClassSession
from sessions_app.selectors.export import (
    WORKBOOK,
    as_csv,
    as_workbook,
    export_name,
    session_export,
)
from sessions_app.selectors.visible import visible_session_or_404
from sessions_app.services import audit
from sessions_app.web.access import StaffRequest


@login_required
@require_safe
def session_csv(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    text = as_csv(session_export(session=session))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    return _as_file(request, answer, session, "csv")


@login_required
@require_safe
def session_workbook(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    book = as_workbook(session_export(session=session))
    answer = HttpResponse(book, content_type=WORKBOOK)
    return _as_file(request, answer, session, "xlsx")


@login_required
@require_safe
def session_json(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    answer = JsonResponse(session_export(session=session))
    return _as_file(request, answer, session, "json")


def _as_file(
    request: StaffRequest, answer: HttpResponse, session: ClassSession, form: str
) -> HttpResponse:
    audit.exported(session=session, by=request.user, what=form.upper())
    name = export_name(session=session, form=form)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _session(request: StaffRequest, pk: uuid.UUID) -> ClassSession:
    return visible_session_or_404(user=request.user, session_id=pk)
