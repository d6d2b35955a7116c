"""Classes for students whom the school's sign-on knows: one person, one participant.

The proxy in front guards one address (`/j/CODE/sign-in/`) and names there, in a header,
who signed in; or that address leads to the school's OpenID Connect provider. What is kept is a hash made from that name for this class alone, until
the lesson ends; neither the name nor what the same person does elsewhere follows from it.

A learning platform vouches for students of a course (web/lti.py), in each lesson of it.
"""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from sessions_app.models import ClassSession, LtiPlatform

OF_A_PLATFORM = (
    "lti-"  # how the hash of a student begins who came from a learning platform
)
_REST = 64 - len(OF_A_PLATFORM)  # that fits into the column
_SALT = "signed in"
_LASTS_S = 60 * 60  # from signing in to joining
_IN_COURSE = "came from a learning platform"
_IN_COURSE_LASTS_S = 12 * 60 * 60  # somebody may come long before the lesson starts


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
    """The hash of the student who signed in for this class lately; blank without one.

    Where students have to sign in with the school, no platform's word stands for that:
    somebody could count as two.
    """
    if found := _signed_in(request, session):
        return found
    mark = _mark(request, session)
    return hash_of_mark(mark, session) if mark else ""


def hash_of_mark(mark: str, session: ClassSession) -> str:
    """The hash of a student whom a learning platform knows by a mark for the course."""
    return OF_A_PLATFORM + hash_of(f"lti {mark}", session)[:_REST]


def came_from_platform(request: HttpRequest, session: ClassSession) -> bool:
    """Whether a learning platform's word is what a student is known by."""
    return not _signed_in(request, session) and bool(_mark(request, session))


def name_told(request: HttpRequest, session: ClassSession) -> str:
    """The name that a platform gave the student, while an admin lets it; else blank."""
    name = _came_to_course(request, session)[1]
    lets_it = name and LtiPlatform.objects.filter(takes_names=True).exists()
    return name if lets_it else ""


def remember_in_course(
    response: HttpResponse, mark: str, course: int, *, name: str
) -> None:
    """Let the browser tell in each lesson of a course who came from the platform."""
    response.set_cookie(
        _course_cookie(),
        signing.dumps([course, mark, name], salt=_IN_COURSE),
        max_age=_IN_COURSE_LASTS_S,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def _mark(request: HttpRequest, session: ClassSession) -> str:
    mark, _name = _came_to_course(request, session)
    return "" if session.signed_in_only and is_possible() else mark


def _came_to_course(request: HttpRequest, session: ClassSession) -> tuple[str, str]:
    cookie = request.COOKIES.get(_course_cookie(), "")
    try:
        course, mark, name = signing.loads(
            cookie, salt=_IN_COURSE, max_age=_IN_COURSE_LASTS_S
        )
    except (signing.BadSignature, ValueError):
        return "", ""
    if session.course_id is None or course != session.course_id:
        return "", ""
    return str(mark), str(name)


def _signed_in(request: HttpRequest, session: ClassSession) -> str:
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


def _course_cookie() -> str:
    return f"{settings.FER_COOKIE_PREFIX}came-from"
