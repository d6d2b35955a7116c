"""Classes for students whom the school's sign-on knows: one person, one participant.

The proxy in front guards one address (`/j/CODE/sign-in/`) and names there, in a header,
who signed in; or that address leads to the school's OpenID Connect provider. What is kept is a hash made from that name for this class alone, until
the lesson ends; neither the name nor what the same person does elsewhere follows from it.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from sessions_app.models import ClassSession

_SALT = "signed in"
_LASTS_S = 60 * 60  # from signing in to joining


def is_possible() -> bool:
    """Whether students can sign in here: by a proxy's header, or at the provider."""
    return bool(settings.FER_SIGNED_IN_HEADER) or settings.FER_OIDC_STUDENTS


def name_in(request: HttpRequest) -> str:
    """The name that the proxy gives the student, whose case tells nobody apart; blank without one."""
    header: str = settings.FER_SIGNED_IN_HEADER
    return request.headers.get(header, "").strip().lower() if header else ""


def hash_of(name: str, session: ClassSession) -> str:
    """The same for one name in one class, and unlike every other; a provider's tell case apart."""
    same = f"{session.pk} {name}"
    return salted_hmac(_SALT, same, algorithm="sha256").hexdigest()


def hash_in(request: HttpRequest, session: ClassSession) -> str:
    """The hash of the student who signed in for this class lately; blank without one."""
    cookie = request.COOKIES.get(_cookie_name(), "")
    try:
        pk, found = signing.loads(cookie, salt=_SALT, max_age=_LASTS_S)
    except (signing.BadSignature, ValueError):
        return ""
    return str(found) if pk == str(session.pk) else ""


def remember(response: HttpResponse, name: str, session: ClassSession) -> None:
    response.set_cookie(
        _cookie_name(),
        signing.dumps([str(session.pk), hash_of(name, session)], salt=_SALT),
        max_age=_LASTS_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _cookie_name() -> str:
    """One for all classes: who signs in for another has joined the one before."""
    return f"{settings.FER_COOKIE_PREFIX}signed-in"
