"""Who teaches in a course beside its teacher."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from sessions_app.enums import Right
from sessions_app.forms.co_teachers import CoTeacherForm, RightsForm
from sessions_app.models import CoTeacher, Course
from sessions_app.selectors.visible import visible_course_or_404
from sessions_app.services import audit
from sessions_app.services import co_teachers as services
from sessions_app.services.co_teachers import NoCoTeacher
from sessions_app.web.access import StaffRequest
from sessions_app.web.requests import require_get_or_post


@require_get_or_post
@login_required
def co_teachers(request: StaffRequest, pk: int) -> HttpResponse:
    """Those there are, and a form to add one by address: no list of people is offered."""
    course = _course(request, pk)
    form = CoTeacherForm(request.POST or None)
    if form.is_valid() and _added(request, course, form):
        return redirect("course-co-teachers", pk)
    audit.opened("Co-teachers", course, by=request.user)
    known = course.co_teachers.select_related("user")
    context = {"course": course, "form": form, "co_teachers": known}
    return render(request, "courses/co_teachers.html", context)


def _added(request: StaffRequest, course: Course, form: CoTeacherForm) -> bool:
    try:
        added = services.add(course=course, by=request.user, **form.cleaned_data)
    except NoCoTeacher as error:
        form.add_error("email", str(error))
        return False
    text = _("%(name)s is a co-teacher of this course.") % {"name": added.user}
    messages.success(request, text)
    return True


@login_required
@require_POST
def co_teacher_rights(request: StaffRequest, pk: int, who: int) -> HttpResponse:
    co_teacher = _co_teacher(_course(request, pk), who)
    form = RightsForm(request.POST)
    form.keep_shown(form.fields)
    form.is_valid()  # whatever is no tick is none
    services.change(co_teacher=co_teacher, by=request.user, **form.changed())
    text = _("The rights of %(name)s are saved.") % {"name": co_teacher.user}
    messages.success(request, text)
    return redirect("course-co-teachers", pk)


@login_required
@require_POST
def co_teacher_remove(request: StaffRequest, pk: int, who: int) -> HttpResponse:
    co_teacher = _co_teacher(_course(request, pk), who)
    services.remove(co_teacher=co_teacher, by=request.user)
    text = _("%(name)s is no co-teacher of this course any more.")
    messages.success(request, text % {"name": co_teacher.user})
    return redirect("course-co-teachers", pk)


@login_required
@require_POST
def course_leave(request: StaffRequest, pk: int) -> HttpResponse:
    """Leave a colleague's course."""
    own = get_object_or_404(CoTeacher, course=pk, user=request.user)
    services.remove(co_teacher=own, by=request.user)
    messages.success(request, _("You have left “%(course)s”.") % {"course": own.course})
    return redirect("course-list")


def _course(request: StaffRequest, pk: int) -> Course:
    """The course, for its teacher and admins."""
    return visible_course_or_404(user=request.user, pk=pk, right=Right.OWN)


def _co_teacher(course: Course, pk: int) -> CoTeacher:
    return get_object_or_404(course.co_teachers.select_related("user"), pk=pk)
