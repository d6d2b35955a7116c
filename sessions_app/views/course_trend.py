"""How a course went: its lessons side by side, and two of them compared."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sessions_app.enums import AuditAction
from sessions_app.forms.compare import CompareForm
from sessions_app.models import Course
from sessions_app.selectors.course_topics import course_topics
from sessions_app.selectors.course_trend import (
    Lesson,
    Trend,
    course_trend,
    own_notes,
)
from sessions_app.selectors.totals_shown import LOOKS, SAID, Comparison
from sessions_app.selectors.visible import visible_course_or_404
from sessions_app.services import audit
from sessions_app.web.access import StaffRequest
from sessions_app.web.links import file_links

_TREND = ", its lessons side by side"
_TWO = ("first", "second")


@login_required
@require_safe
def course_trend_page(request: StaffRequest, pk: int) -> HttpResponse:
    course = visible_course_or_404(user=request.user, pk=pk)
    audit.about(course, AuditAction.VIEWED, by=request.user, more=_TREND)
    trend = course_trend(course=course)
    form = compare_form(request, trend)
    two = two_lessons(form, trend)
    context = {
        "course": course,
        "trend": trend,
        "compare_form": form,
        "comparison": two and Comparison(*(each.span for each in two)),
        "files": two and _files(course, *two),
        "topics": course_topics([each.session for each in trend.lessons]),
        "looks_words": [str(word) for word in LOOKS.values()],
        "said_words": [str(word) for word in SAID.values()],
        "notes": own_notes(course=course, reader=request.user),
    }
    return render(request, "courses/trend.html", context)


def compare_form(request: StaffRequest, trend: Trend) -> CompareForm:
    """Which two lessons of a course the address asks for."""
    return CompareForm(
        {name: request.GET[name] for name in _TWO if name in request.GET},
        lessons=[(str(each.session.pk), each.label) for each in trend.lessons],
    )


def two_lessons(form: CompareForm, trend: Trend) -> tuple[Lesson, Lesson] | None:
    """The two lessons that are asked for; None where the choice is wrong."""
    if len(trend.lessons) < 2 or not form.is_valid():
        return None
    first, second = (trend.lesson(UUID(form.cleaned_data[name])) for name in _TWO)
    return (first, second) if first and second else None


def _files(course: Course, *two: Lesson) -> dict[str, str]:
    asked = {name: each.session.pk for name, each in zip(_TWO, two, strict=True)}
    return file_links("course-trend", urlencode(asked), course.pk)
