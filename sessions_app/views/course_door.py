"""A course's lasting link: to the class that runs, or into the waiting room."""

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from sessions_app.models import Course
from sessions_app.selectors.lasting_link import (
    course_of,
    next_class,
    open_classes,
    was_replaced,
)
from sessions_app.web.access import may_not_contribute
from sessions_app.web.links import shown_link
from sessions_app.web.requests import wants_json


def lead(request: HttpRequest, code: str) -> HttpResponse:
    """Answer an address whose code is no class's. Nothing is kept of who asks.

    Raises:
        Http404: If no course has or had the code.
    """
    course = course_of(code)
    if course is None:
        return _replaced_page(request, code)
    if wants_json(request):  # the script of the waiting room
        return JsonResponse({"open": open_classes(course).exists()})
    if may_not_contribute(request.user):
        return _staff_page(request, course)
    return _to_a_class(request, course)


def _to_a_class(request: HttpRequest, course: Course) -> HttpResponse:
    running = list(open_classes(course))
    if len(running) == 1:
        return redirect("join", running[0].join_code)
    if running:
        context = {"course": course, "running": running}
        return render(request, "join/which.html", context)
    context = {"course": course, "next": next_class(course)}
    return render(request, "join/waiting.html", context)


def _replaced_page(request: HttpRequest, code: str) -> HttpResponse:
    if not was_replaced(code):
        raise Http404
    return render(request, "join/replaced.html", status=410)


def _staff_page(request: HttpRequest, course: Course) -> HttpResponse:
    link = shown_link(request, reverse("join", args=[course.join_code]))
    return render(request, "join/staff.html", {"title": course, "join_url": link})
