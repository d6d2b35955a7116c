"""The person at the other end of a socket, and what that person may see."""

from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.http import Http404, HttpRequest

from sessions_app.models import ClassSession, Participant, User
from sessions_app.web.participant_cookie import participant_in


def participant_for_socket(
    *, session_id: UUID, cookies: dict[str, str]
) -> Participant | None:
    """The participant whose browser it is, in this session only."""
    session = ClassSession.objects.filter(pk=session_id).first()
    return participant_in(cookies, session) if session else None


def user_of(session_key: str | None) -> User | None:
    """The member of staff that a browser session still belongs to.

    Read from the database each time, so that a log-out, a changed password or a closed account counts.
    """
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def visible_session(*, user: User, session_id: UUID) -> ClassSession | None:
    """The class session with its course and teacher, if this user may see it."""
    visible = ClassSession.objects.visible_to(user).select_related("course", "teacher")
    return visible.filter(pk=session_id).first()


def visible_session_or_404(*, user: User, session_id: UUID) -> ClassSession:
    """The same for a page or the API.

    Raises:
        Http404: If there is none or this user may not see it: nobody learns which.
    """
    if (session := visible_session(user=user, session_id=session_id)) is None:
        raise Http404
    return session
