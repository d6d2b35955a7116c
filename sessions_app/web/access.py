"""Who may open a page: which account, or which student's browser."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from sessions_app.models import ClassSession, Participant, User
from sessions_app.models.course import plain_code
from sessions_app.web import participant_cookie, sign_in


class StaffRequest(HttpRequest):
    """A request behind `login_required`."""

    user: User


def admin_required(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Send strangers to the login page and tell teachers no."""

    @login_required
    @wraps(view)
    def guarded(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_admin:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def session_of(code: str) -> ClassSession:
    """The class whose code a student's address bears; a 404 if there is none."""
    with_who_asks = ClassSession.objects.select_related("course", "teacher")
    return get_object_or_404(with_who_asks, join_code=plain_code(code))


def may_not_contribute(user: User | AnonymousUser) -> bool:
    """Staff may not, or a teacher could fill up a group that is too small.

    In the demo they may: there, one visitor is the teacher and the class.
    """
    return user.is_authenticated and not settings.FER_DEMO


def participant_of(
    request: HttpRequest, session: ClassSession
) -> tuple[Participant | None, bool]:
    """The browser's participant; and whether another student has signed in at it since."""
    found = participant_cookie.participant_in(request.COOKIES, session)
    signed_in = sign_in.hash_in(request, session)
    others = bool(found and signed_in and found.sign_in_hash not in {"", signed_in})
    return found, others


def participants_only(
    view: Callable[[HttpRequest, Participant], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Hand the view this browser's participant; without one, or as staff, no entry.

    Nor is there one for another student who has signed in at it and not answered yet.
    """

    @wraps(view)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        participant, others = participant_of(request, session_of(code))
        if participant is None or others or may_not_contribute(request.user):
            raise PermissionDenied
        return view(request, participant)

    return guarded
