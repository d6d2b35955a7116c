"""The signed cookie that binds a browser to its participant, one per session."""

from django.conf import settings
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from sessions_app.models import ClassSession, Participant
from sessions_app.models.policy import effective_policy

_SALT = "participant"


def cookie_name(session: ClassSession) -> str:
    return f"{_prefix()}{session.join_code}"


def signed(participant: Participant) -> str:
    return signing.dumps(str(participant.pk), salt=_SALT)


def participant_id_in(cookies: dict[str, str], session: ClassSession) -> str | None:
    """The participant's id, or None where the cookie is absent, forged or too old."""
    return _unsigned(cookies.get(cookie_name(session), ""))


def participants_in(cookies: dict[str, str]) -> QuerySet[Participant]:
    """This browser's participants, in all classes that it knows."""
    values = [value for name, value in cookies.items() if name.startswith(_prefix())]
    return Participant.objects.filter(pk__in=filter(None, map(_unsigned, values)))


def participant_of(request: HttpRequest, session: ClassSession) -> Participant | None:
    """This browser's participant of this session, or None."""
    pk = participant_id_in(request.COOKIES, session)
    return session.participants.filter(pk=pk).first() if pk else None


def remember(response: HttpResponse, participant: Participant) -> None:
    response.set_cookie(
        cookie_name(participant.session),
        signed(participant),
        max_age=_lasts_s(),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget(response: HttpResponse, session: ClassSession) -> None:
    response.delete_cookie(cookie_name(session), samesite="Lax")


def _prefix() -> str:
    return f"{settings.FER_COOKIE_PREFIX}participant-"


def _unsigned(value: str) -> str | None:
    try:
        return str(signing.loads(value, salt=_SALT, max_age=_lasts_s()))
    except signing.BadSignature:
        return None


def _lasts_s() -> int:
    """As long as the participant's row, so that a student can always delete it."""
    return effective_policy().sessions_kept_days * 24 * 60 * 60
