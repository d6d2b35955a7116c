"""A lesson's report: how far it is, and its file."""

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sessions_app.enums import ReportProblem, ReportState, SessionState
from sessions_app.models import ClassSession, Report, ReportPdf

NO_REPORT = "none"  # of a lesson that ended before there were any, or has not ended


@dataclass(frozen=True, slots=True)
class ReportStatus:
    """How far a report is."""

    state: str  # of ReportState, or NO_REPORT
    made_at: dt.datetime | None = None  # the file that is there, when it is ready
    problem: str = ""  # in words, where it failed


def report_status(session: ClassSession) -> ReportStatus:
    """How far a lesson's report is; none before the lesson has ended."""
    report = Report.objects.filter(session=session).first()
    if report is None or session.state != SessionState.ENDED:
        return ReportStatus(NO_REPORT)
    failed = report.state == ReportState.FAILED
    problem = str(ReportProblem(report.problem).label) if failed else ""
    ready = report.state == ReportState.READY
    return ReportStatus(report.state, report.made_at if ready else None, problem)


def report_file(session: ClassSession) -> bytes | None:
    """The PDF as it was made last; None unless it is ready."""
    files = ReportPdf.objects.filter(report=session.pk, report__state=ReportState.READY)
    content = files.values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def not_ready(status: ReportStatus) -> str:
    """Why there is no PDF, and what to do about it."""
    if status.problem:
        remedy = _("Have it made again.")
        return f"{status.problem} {remedy}"
    if status.state == NO_REPORT:
        return _("There is no report of this lesson. Have it made after its end.")
    return _("The report is being made. Ask again in some seconds.")
