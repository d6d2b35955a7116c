"""A session's released minutes, and totals of lessons, as a file."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from sessions_app.enums import AuditAction
from sessions_app.forms.history import TotalsForm
from sessions_app.models import ClassSession
from sessions_app.selectors.course_trend import course_trend
from sessions_app.selectors.export import (
    as_csv,
    as_workbook,
    export_name,
    session_export,
    topics_as_csv,
)
from sessions_app.selectors.spreadsheet import WORKBOOK, Table, csv_of, workbook_of
from sessions_app.selectors.totals_export import (
    as_table,
    difference_data,
    difference_table,
    totals_export,
)
from sessions_app.selectors.visible import (
    visible_course_or_404,
    visible_session_or_404,
)
from sessions_app.services import audit
from sessions_app.views.course_trend import compare_form, two_lessons
from sessions_app.views.totals import asked_for, forms_of_sets, two_sets
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
def session_topics_csv(request: StaffRequest, pk: uuid.UUID) -> HttpResponse:
    session = _session(request, pk)
    text = topics_as_csv(session_export(session=session))
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    return _as_file(request, answer, session, "topics.csv")


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


@login_required
@require_safe
def totals_file(request: StaffRequest, form: str) -> HttpResponse:
    """What the page of totals shows, to take away; a wrong filter leads back there."""
    asked = TotalsForm(request.GET, user=request.user)
    by, groups = asked_for(asked, user=request.user)
    if asked.errors:
        return redirect(f"{reverse('totals')}?{request.GET.urlencode()}")
    export = totals_export(by, groups, asked.chosen())
    audit.took_away(f"Totals of lessons as {form.upper()}", by=request.user)
    return _of_lessons(f"totals-by-{by}", form, export, as_table)


@login_required
@require_safe
def difference_file(request: StaffRequest, form: str) -> HttpResponse:
    """Two sets of lessons beside each other; a wrong filter leads back to their page."""
    sets = two_sets(*forms_of_sets(request), user=request.user)
    if sets is None:
        return redirect(f"{reverse('totals-compare')}?{request.GET.urlencode()}")
    export = difference_data(*sets)
    audit.took_away(f"Lessons compared as {form.upper()}", by=request.user)
    return _of_lessons("lessons-compared", form, export, difference_table)


@login_required
@require_safe
def course_difference_file(request: StaffRequest, pk: int, form: str) -> HttpResponse:
    """Two lessons of a course beside each other; a wrong choice leads back to its page."""
    course = visible_course_or_404(user=request.user, pk=pk)
    trend = course_trend(course=course)
    two = two_lessons(compare_form(request, trend), trend)
    if two is None:
        page = reverse("course-trend", args=[pk])
        return redirect(f"{page}?{request.GET.urlencode()}")
    export = difference_data(*(each.alone for each in two))
    more = f", two of its lessons compared as {form.upper()}"
    audit.about(course, AuditAction.EXPORTED, by=request.user, more=more)
    return _of_lessons("lessons-compared", form, export, difference_table)


def _of_lessons(
    name: str,
    form: str,
    export: dict[str, Any],
    table: Callable[[dict[str, Any]], Table],
) -> HttpResponse:
    """A file of lessons that were added up."""
    answer: HttpResponse
    if form == "json":
        answer = JsonResponse(export)
    elif form == "csv":
        text = csv_of(table(export))
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    else:
        book = workbook_of({"Totals": table(export)})
        answer = HttpResponse(book, content_type=WORKBOOK)
    answer["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return answer


def _as_file(
    request: StaffRequest, answer: HttpResponse, session: ClassSession, form: str
) -> HttpResponse:
    audit.exported(session=session, by=request.user, what=form.upper())
    name = export_name(session=session, form=form)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _session(request: StaffRequest, pk: uuid.UUID) -> ClassSession:
    return visible_session_or_404(user=request.user, session_id=pk)
