"""Which class a student's address names, and who this browser is in it."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from sessions_app.forms.join import plain_code
from sessions_app.models import ClassSession, Participant
from sessions_app.web import participant_cookie


def session_of(code: str) -> ClassSession:
    return get_object_or_404(ClassSession, join_code=plain_code(code))


def is_staff(request: HttpRequest) -> bool:
    """Staff cannot contribute, or a teacher could fill up a group that is too small.

    In the demo they can: there, one visitor is the teacher and the class.
    """
    return request.user.is_authenticated and not settings.FER_DEMO


def participants_only(
    view: Callable[[HttpRequest, Participant], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Hand the view this browser's participant; without one, or as staff, no entry."""

    @wraps(view)
    def guarded(request: HttpRequest, code: str) -> HttpResponse:
        participant = participant_cookie.participant_in(
            request.COOKIES, session_of(code)
        )
        if participant is None or is_staff(request):
            raise PermissionDenied
        return view(request, participant)

    return guarded
