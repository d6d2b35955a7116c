"""The person at the other end of a socket, and what that person may see."""

from collections.abc import Iterable
from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from sessions_app.enums import Right
from sessions_app.models import ClassSession, Course, Participant, User
from sessions_app.models.session_store import OPENED_BY
from sessions_app.selectors.history import courses_with_counts
from sessions_app.web.participant_cookie import participant_in

_NOTHING: frozenset[Right] = frozenset()


def participant_for_socket(
    *, session_id: UUID, cookies: dict[str, str]
) -> Participant | None:
    """The participant whose browser it is, in this session only."""
    session = ClassSession.objects.filter(pk=session_id).first()
    return participant_in(cookies, session) if session else None


def user_of(session_key: str | None, *, in_panel: bool = False) -> User | None:
    """The member of staff that a browser session still belongs to.

    Read from the database each time, so that a log-out, a changed password or a closed account counts.
    What let a panel in opens panels alone (`in_panel`), as with pages (web/frames.py).
    """
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    if OPENED_BY in request.session and not in_panel:
        return None
    user = get_user(request)
    return user if isinstance(user, User) and user.is_active else None


def visible_session(*, user: User, session_id: UUID) -> ClassSession | None:
    """The class session with its course and teacher, if this user may see it."""
    visible = ClassSession.objects.visible_to(user).select_related("course", "teacher")
    return visible.filter(pk=session_id).first()


def visible_session_or_404(
    *, user: User, session_id: UUID, right: Right = Right.SEE
) -> ClassSession:
    """The same for a page or the API.

    Args:
        user: Who asks.
        session_id: Of the session.
        right: What the user is about to do with it.

    Raises:
        Http404: If there is none or this user may not see it: nobody learns which.
        PermissionDenied: If this user may see it, and no more.
    """
    if (session := visible_session(user=user, session_id=session_id)) is None:
        raise Http404
    require(user, session, right)
    return session


def visible_course_or_404(*, user: User, pk: int, right: Right = Right.SEE) -> Course:
    """The course with its teacher and its `n_sessions`, for a page or the API.

    Raises:
        Http404: If there is none or this user may not see it.
        PermissionDenied: If this user may see it, and no more.
    """
    course = courses_with_counts(user=user).filter(pk=pk).first()
    if course is None:
        raise Http404
    require(user, course, right)
    return course


def rights_in(user: User, row: ClassSession | Course) -> frozenset[Right]:
    """What somebody may do with a course or a lesson; `models/co_teacher.py` is the rule."""
    if everything := _everything(user, row):
        return everything
    course = row.pk if isinstance(row, Course) else row.course_id
    known = user.co_teachings.filter(course=course)
    return next((each.rights for each in known), _NOTHING)


def with_rights(
    user: User, courses: Iterable[Course]
) -> list[tuple[Course, frozenset[Right]]]:
    """Each course with what somebody may do in it, by one query for all."""
    known = {each.course_id: each.rights for each in user.co_teachings.all()}
    return [
        (course, _everything(user, course) or known.get(course.pk, _NOTHING))
        for course in courses
    ]


def _everything(user: User, row: ClassSession | Course) -> frozenset[Right]:
    """All rights where they are the teacher's or an admin's, else none."""
    has_all = user.is_admin or row.teacher_id == user.pk
    return frozenset(Right) if has_all else _NOTHING


def may_make_lessons(user: User, course: Course) -> bool:
    """Whether somebody holds lessons in a course; an admin who only looks does not."""
    return Course.objects.taught_by(user, Right.RUN).filter(pk=course.pk).exists()


def require(user: User, row: ClassSession | Course, right: Right) -> None:
    """Refuse somebody who may see a course or a lesson but lacks another right.

    Raises:
        PermissionDenied: If so.
    """
    if right != Right.SEE and right not in rights_in(user, row):
        raise PermissionDenied
