"""A teacher's courses."""

from dataclasses import asdict
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sessions_app.enums import AuditAction, Right
from sessions_app.forms.classes import CourseForm
from sessions_app.models import Course, User
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.course_trend import course_trend
from sessions_app.selectors.history import (
    ahead_in,
    course_history,
    courses_with_counts,
)
from sessions_app.selectors.lasting_link import open_classes
from sessions_app.selectors.thin_bars import with_bars
from sessions_app.selectors.visible import (
    may_make_lessons,
    rights_in,
    visible_course_or_404,
    with_rights,
)
from sessions_app.services import audit
from sessions_app.services import courses as services
from sessions_app.services.courses import CourseExists, CourseInUse
from sessions_app.services.press import made_before, once
from sessions_app.views.press import press_of
from sessions_app.views.qr import qr_picture
from sessions_app.web.access import StaffRequest
from sessions_app.web.links import (
    dashboard_socket,
    panel_frames,
    shown_link,
    start_address,
)
from sessions_app.web.requests import require_get_or_post

PAGE_SIZE = 20
_WITH_NUMBERS = ", with a bar for each of its lessons"


@login_required
@require_safe
def course_list(request: StaffRequest) -> HttpResponse:
    audit.listed("List of courses", by=request.user)
    context = {
        "courses": with_rights(request.user, courses_with_counts(user=request.user))
    }
    return render(request, "courses/list.html", context)


@require_get_or_post
@login_required
def course_new(request: StaffRequest) -> HttpResponse:
    press = press_of(request)
    if made := made_before(press):
        return redirect("course-detail", made)
    form = CourseForm(request.POST or None, instance=Course(teacher=request.user))
    if form.is_valid():
        try:
            made = once(press, partial(_made, request.user, form.cleaned_data))
            return redirect("course-detail", made)
        except CourseExists as error:  # since a moment ago
            form.add_error(None, str(error))
    return render(request, "courses/form.html", {"form": form, "course": None})


def _made(teacher: User, values: dict[str, Any]) -> str:
    return str(services.create(teacher=teacher, **values).pk)


@login_required
@require_safe
def course_detail(request: StaffRequest, pk: int) -> HttpResponse:
    """The course's place: its lasting link, what runs or comes next, what was held."""
    course = _course(request, pk)
    audit.about(course, AuditAction.VIEWED, by=request.user, more=_WITH_NUMBERS)
    page = Paginator(course_history(course=course), PAGE_SIZE).get_page(
        request.GET.get("page")
    )
    running = with_bars(course.class_sessions.running().select_related("teacher"))
    ahead = [*ahead_in(course)]
    policy = effective_policy()
    context = {
        "course": course,
        "rights": rights_in(request.user, course),
        "can_make": may_make_lessons(request.user, course),
        "co_teachers": course.co_teachers.select_related("user"),
        "join_url": _join_url(request, course),
        "qr_url": reverse("course-qr", args=[course.pk]),
        "projector_url": reverse("course-projector", args=[course.pk]),
        "panels": panel_frames(
            request, student=reverse("panel-student", args=[course.join_code])
        ),
        "running": running,
        "next": None if running else next(iter(ahead), None),
        "planned": ahead if running else ahead[1:],
        "trend": course_trend(course=course),
        "page_obj": page,
        "rows": with_bars(page),
        "policy": policy,
        **asdict(policy.promise),
    }
    return render(request, "courses/detail.html", context)


@login_required
@require_POST
def course_code(request: StaffRequest, pk: int) -> HttpResponse:
    """Replace the lasting link and its code."""
    course = _course(request, pk, Right.OWN)
    once(press_of(request), partial(_replaced, course, request.user))
    messages.success(
        request,
        _("The course has a new link and code. The old ones do not work any more."),
    )
    return redirect("course-detail", pk)


def _replaced(course: Course, by: User) -> str:
    return services.replace_code(course=course, by=by).join_code


@login_required
@require_safe
def course_qr(request: StaffRequest, pk: int) -> HttpResponse:
    course = _course(request, pk)
    audit.opened("QR code", course, by=request.user)
    return qr_picture(_join_url(request, course))


@login_required
@require_safe
def course_projector(request: StaffRequest, pk: int) -> HttpResponse:
    """The lasting link for a whole room to read; with a count where one class runs."""
    course = _course(request, pk)
    audit.opened("Projector page", course, by=request.user)
    running = [*open_classes(course)]
    context = {
        "title": course,
        "join_code": course.join_code,
        "join_url": _join_url(request, course),
        "start_url": start_address(request),
        "qr_url": reverse("course-qr", args=[course.pk]),
        "back_url": reverse("course-detail", args=[course.pk]),
        "socket_path": dashboard_socket(running[0]) if len(running) == 1 else "",
        **asdict(effective_policy().promise),
    }
    return render(request, "sessions/projector.html", context)


@require_get_or_post
@login_required
def course_edit(request: StaffRequest, pk: int) -> HttpResponse:
    course = _course(request, pk, Right.OWN)
    form = CourseForm(request.POST or None, instance=course)
    if form.is_valid():
        try:
            services.update(course=course, by=request.user, **form.changed())
            return redirect("course-detail", pk)
        except CourseExists as error:  # since a moment ago
            form.add_error(None, str(error))
    audit.opened("Form", course, by=request.user)
    return render(request, "courses/form.html", {"form": form, "course": course})


@require_get_or_post
@login_required
def course_delete(request: StaffRequest, pk: int) -> HttpResponse:
    course = _course(request, pk, Right.OWN)
    if request.method != "POST":
        audit.opened("Deletion", course, by=request.user)
        return render(request, "courses/confirm_delete.html", {"course": course})
    try:
        services.delete(course=course, by=request.user)
    except CourseInUse as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("“%(title)s” has been deleted.") % {"title": course}
        )
    return redirect("course-list")


def _join_url(request: HttpRequest, course: Course) -> str:
    return shown_link(request, reverse("join", args=[course.join_code]))


def _course(request: StaffRequest, pk: int, right: Right = Right.SEE) -> Course:
    return visible_course_or_404(user=request.user, pk=pk, right=right)
