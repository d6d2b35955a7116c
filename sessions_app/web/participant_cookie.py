"""A browser's one cookie, and who its owner is in each class.

The cookie is one random secret for all classes, so that no request grows with them. What
is stored is another hash of it for each class, made with the server's secret: the database
does not tell which participants sat at the same browser.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import OperationalError
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from sessions_app.models import Browser, ClassSession, Participant
from sessions_app.models.policy import effective_policy

_SALT = "participant"
_NAME = "student"
_SECRET = re.compile(r"[\w-]{43}")
# One cookie for each class, as they were until November 2026; they are moved.
_OLD_NAME = re.compile(r"(?:__Host-)?participant-(\w+)")


def name() -> str:
    return f"{settings.FER_COOKIE_PREFIX}{_NAME}"


def secret_of(request: HttpRequest) -> str:
    """The browser's secret; a new one where it brought none."""
    if not _SECRET.fullmatch(request.COOKIES.get(name(), "")):
        request.COOKIES[name()] = secrets.token_urlsafe(32)
    return request.COOKIES[name()]


def key_of(secret: str, session: ClassSession) -> str:
    """What is stored of a secret in one class."""
    same = f"{session.pk} {secret}"
    return salted_hmac(_SALT, same, algorithm="sha256").hexdigest()


def participant_in(
    cookies: dict[str, str], session: ClassSession
) -> Participant | None:
    """A browser's participant of this session, or None."""
    key = key_of(cookies.get(name(), ""), session)
    bare = f"participant-{session.join_code}"  # of before cookies had a prefix
    old = _old_ids(cookies.get(each, "") for each in (old_name(session), bare))
    found = None
    if name() in cookies:
        found = session.participants.filter(browsers__key=key).first()
    return found or (session.participants.filter(pk__in=old).first() if old else None)


def participants_in(
    cookies: dict[str, str], sessions: Iterable[ClassSession]
) -> list[Participant]:
    """A browser's participants of some sessions."""
    old = _old_ids(cookies[each] for each in cookies if _OLD_NAME.fullmatch(each))
    if name() not in cookies and not old:  # of one who was never here
        return []
    sessions = list(sessions)
    keys = [key_of(cookies.get(name(), ""), session) for session in sessions]
    theirs = Participant.objects.select_related("session").filter(
        Q(browsers__key__in=keys) | Q(pk__in=old, session__in=sessions)
    )
    return list(theirs.distinct())


def of_students(cookies: dict[str, str]) -> dict[str, str]:
    """What of a browser's cookies `participant_in` reads; nothing that has another form."""
    return {
        each: said
        for each, said in cookies.items()
        if (each == name() and _SECRET.fullmatch(said)) or _is_signed(each, said)
    }


def remember(request: HttpRequest, response: HttpResponse) -> None:
    """Let the browser keep its secret for as long as the rows that it opens."""
    response.set_cookie(
        name(),
        secret_of(request),
        max_age=effective_policy().sessions_kept_days * 24 * 60 * 60,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


# --- cookies of before ----------------------------------------------------------------


def old_name(session: ClassSession) -> str:
    return f"{settings.FER_COOKIE_PREFIX}participant-{session.join_code}"


def signed(participant: Participant) -> str:
    """What an old cookie held."""
    return signing.dumps(str(participant.pk), salt=_SALT)


def _is_signed(cookie: str, said: str) -> bool:
    with suppress(signing.BadSignature, ValueError):
        return bool(_OLD_NAME.fullmatch(cookie) and signing.loads(said, salt=_SALT))
    return False


def move_old_cookies(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware of the students' pages: one cookie in the place of one per class."""

    def respond(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.path.startswith("/j/"):
            with suppress(OperationalError):  # the next page tries again
                _move(request, response)
        return response

    return respond


def _move(request: HttpRequest, response: HttpResponse) -> None:
    old = {each for each in request.COOKIES if _OLD_NAME.fullmatch(each)}
    ids = _old_ids(request.COOKIES[each] for each in old)
    for participant in Participant.objects.filter(pk__in=ids).select_related("session"):
        key = key_of(secret_of(request), participant.session)
        Browser.objects.get_or_create(key=key, defaults={"participant": participant})
    for each in old:
        response.delete_cookie(each, samesite="Lax")
    if old:
        remember(request, response)


def _old_ids(cookies: Iterable[str]) -> list[UUID]:
    """The participants that signed cookies name; forged and too old ones name none."""
    lasts_s = effective_policy().sessions_kept_days * 24 * 60 * 60
    found = []
    for cookie in cookies:
        with suppress(signing.BadSignature, ValueError):
            found.append(UUID(signing.loads(cookie, salt=_SALT, max_age=lasts_s)))
    return found
