"""A teacher's courses."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sessions_app.forms.classes import CourseForm
from sessions_app.models import Course, User
from sessions_app.selectors.history import courses_with_counts
from sessions_app.services import audit
from sessions_app.services import courses as services
from sessions_app.services.courses import CourseInUse
from sessions_app.services.once import made_before, once
from sessions_app.views.pressed import press_of
from sessions_app.web.access import StaffRequest


@login_required
@require_safe
def course_list(request: StaffRequest) -> HttpResponse:
    audit.listed("List of courses", by=request.user)
    context = {"courses": courses_with_counts(user=request.user)}
    return render(request, "courses/list.html", context)


@login_required
def course_new(request: StaffRequest) -> HttpResponse:
    press = press_of(request)
    if made_before(press):
        return redirect("course-list")
    form = CourseForm(request.POST or None, instance=Course(teacher=request.user))
    if form.is_valid():
        once(press, partial(_made, request.user, form.cleaned_data))
        return redirect("course-list")
    return render(request, "courses/form.html", {"form": form, "course": None})


def _made(teacher: User, values: dict[str, Any]) -> str:
    return str(services.create(teacher=teacher, **values).pk)


@login_required
def course_edit(request: StaffRequest, pk: int) -> HttpResponse:
    course = _course(request, pk)
    form = CourseForm(request.POST or None, instance=course)
    if form.is_valid():
        services.update(course=course, by=request.user, **form.cleaned_data)
        return redirect("course-list")
    audit.opened("Form", course, by=request.user)
    return render(request, "courses/form.html", {"form": form, "course": course})


@login_required
def course_delete(request: StaffRequest, pk: int) -> HttpResponse:
    course = _course(request, pk)
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


def _course(request: StaffRequest, pk: int) -> Course:
    return get_object_or_404(courses_with_counts(user=request.user), pk=pk)
