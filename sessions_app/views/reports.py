"""A lesson's report: the page, its PDF, and having it made again."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from sessions_app.enums import Right, SessionState
from sessions_app.models import ClassSession
from sessions_app.reports.content import report_content
from sessions_app.selectors.export import export_name
from sessions_app.selectors.reports import not_ready, report_file, report_status
from sessions_app.selectors.visible import rights_in, visible_session_or_404
from sessions_app.services import audit
from sessions_app.services import reports as services
from sessions_app.services.sessions import WrongState
from sessions_app.web.access import StaffRequest


@login_required
@require_safe
def report(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """What the PDF says, from the minutes as they are now, on the reader's clock."""
    session = _session(request, pk)
    if session.state != SessionState.ENDED:
        return redirect("session-detail", pk)
    audit.viewed(session=session, by=request.user, what="Report")
    context = {
        "session": session,
        "report": report_content(session),
        "status": report_status(session),
        "rights": rights_in(request.user, session),
    }
    return render(request, "sessions/report.html", context)


@login_required
@require_safe
def report_pdf(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    content = report_file(session)
    if content is None:
        messages.error(request, not_ready(report_status(session)))
        return redirect("session-detail", pk)
    audit.exported(session=session, by=request.user, what="Report PDF")
    name = export_name(session=session, form="pdf")
    answer = HttpResponse(content, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@login_required
@require_POST
def report_make(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    """Have it made again; pressed twice, it is made once."""
    session = _session(request, pk, Right.RUN)
    try:
        services.ask(session=session, by=request.user)
    except WrongState as error:
        messages.error(request, str(error))
    return redirect("session-detail", pk)


def _session(
    request: StaffRequest, pk: uuid.UUID, right: Right = Right.SEE
) -> ClassSession:
    return visible_session_or_404(user=request.user, session_id=pk, right=right)
