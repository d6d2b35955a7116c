"""A person who has given the right password and not yet the second factor: not logged in."""

from django.http import HttpRequest
from django.utils import timezone

from sessions_app.models import User

_KEY, _SHOWN = "half_log_in", "mailbox_shown"
_LASTS_S = 10 * 60
_SHOWN_FOR_S = 60 * 60


def begin(
    request: HttpRequest, user: User, then: str, given_by: int | None = None
) -> None:
    """Remember who it is, in a session of a new key, and the page that was wanted.

    Where a platform's word stood in place of the password, also the connection that gave it.
    """
    request.session.cycle_key()
    request.session[_KEY] = [
        user.pk,
        user.get_session_auth_hash(),
        timezone.now().timestamp(),
        then,
        given_by,
    ]


def pending(request: HttpRequest) -> tuple[User, str] | None:
    """Who that is and which page was wanted; None after ten minutes, or a new password.

    Nor is there anybody who was let in by a platform and has become an admin since.
    """
    pk, password, at, then, *by = request.session.get(_KEY, [None, "", 0.0, ""])
    user = User.objects.filter(pk=pk, is_active=True).first()
    if user is None or timezone.now().timestamp() - at > _LASTS_S:
        return None
    if any(by) and user.is_admin:
        return None
    return (user, then) if user.get_session_auth_hash() == password else None


def end(request: HttpRequest) -> int | None:
    """Forget it; the connection that a log-in would be given by, if a platform's word began it."""
    _pk, _password, _at, _then, *given_by = request.session.pop(_KEY, [None] * 4)
    return next(iter(given_by), None)


def note_mailbox(request: HttpRequest, user: User) -> None:
    """Remember that whoever sits here opened a link that was mailed to somebody's address."""
    request.session[_SHOWN] = [user.pk, timezone.now().timestamp()]


def has_shown_mailbox(request: HttpRequest, user: User) -> bool:
    """Whether this browser opened such a link lately."""
    pk, at = request.session.get(_SHOWN, [None, 0.0])
    lately = timezone.now().timestamp() - at < _SHOWN_FOR_S
    return bool(pk == user.pk and lately)
