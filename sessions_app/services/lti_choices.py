"""What a teacher puts into the platform's course: a link to a course or a lesson of ours.

The choice is made in a frame, where nobody is logged in: the launch vouches for the teacher.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sessions_app.enums import Right, SessionState
from sessions_app.models import ClassSession, Course, LtiPlatform, User
from sessions_app.services import lti, lti_keys, second_factor, sessions
from sessions_app.services.deliveries import CannotLeave
from sessions_app.services.lti_platforms import origin_of
from sessions_app.web.lti import (
    CLAIM,
    DEEP_LINKING,
    UNREADABLE,
    Launch,
    LaunchRefused,
    choice,
)

_ANSWER_LASTS_S = 5 * 60
_AT_MOST = 100  # courses, and lessons
THIS, NEW = "this", "new"


@dataclass(frozen=True)
class Offer:
    """One of the things that a teacher may choose."""

    value: str
    title: str
    of: str = ""  # of a lesson: its course


def about_choice(launch: Launch) -> dict[str, Any]:
    """What a choice's ticket is about.

    Raises:
        LaunchRefused: If the platform names no address to which a choice could go.
    """
    asked = launch.deep_link or {}
    try:
        origin_of(asked["return_url"])
    except CannotLeave as error:
        raise LaunchRefused(UNREADABLE, "no address for a choice") from error
    return lti.about_teacher(launch) | {"who": "picker", **asked}


def offers(user: User) -> list[Offer]:
    """Somebody's courses and their lessons that are not over.

    An account with a second factor shows nothing here, where none is asked for.
    """
    if second_factor.has_one(user) or second_factor.is_required(user):
        return []
    mine = Course.objects.taught_by(user, Right.RUN)
    lessons = ClassSession.objects.filter(
        course__in=mine,
        state__in=[SessionState.DRAFT, SessionState.LIVE, SessionState.PAUSED],
    ).select_related("course")
    return [
        *(Offer(f"course-{each.pk}", str(each)) for each in mine[:_AT_MOST]),
        *(
            Offer(f"lesson-{each.pk}", each.title, str(each.course))
            for each in lessons[:_AT_MOST]
        ),
    ]


@transaction.atomic
def chosen(
    platform: LtiPlatform, about: dict[str, Any], value: str, title: str, *, by: User
) -> tuple[Course, ClassSession | None]:
    """The course, and the lesson if it is one; those that are new are made.

    Args:
        platform: For whose course it is.
        about: What the ticket is about.
        value: Of an offer; or `this` for the platform's course, `new` for a lesson in it.
        title: Of a new lesson.
        by: The teacher.

    Raises:
        LaunchRefused: If it is nothing that was offered.
        AnothersCourse: If the platform's course is somebody else's here.
    """
    if value in {THIS, NEW}:
        course = lti.course_of(platform, about | {"course": None}, by=by)
        if value == THIS:
            return course, None
        if not Course.objects.taught_by(by, Right.RUN).filter(pk=course.pk).exists():
            raise lti.AnothersCourse(course)
        return course, _new_lesson(course, title, by)
    if value not in {offer.value for offer in offers(by)}:
        raise LaunchRefused(UNREADABLE, "a choice that was not offered")
    kind, _sign, pk = value.partition("-")
    if kind == "course":
        return Course.objects.get(pk=pk), None
    lesson = ClassSession.objects.select_related("course").get(pk=pk)
    assert lesson.course is not None  # it was offered because of it
    return lesson.course, lesson


def answer(
    platform: LtiPlatform,
    about: dict[str, Any],
    course: Course,
    lesson: ClassSession | None,
    *,
    launch_url: str,
) -> str:
    """The signed answer that puts a link into the platform's course."""
    now = int(time.time())
    item = {
        "type": "ltiResourceLink",
        "title": str(lesson or course),
        "url": launch_url,
        "custom": {
            "classmood": choice(platform, course.pk, str(lesson.pk) if lesson else "")
        },
    }
    claims = {
        "iss": platform.client_id,
        "aud": [platform.issuer],
        "iat": now,
        "exp": now + _ANSWER_LASTS_S,
        "nonce": secrets.token_urlsafe(16),
        f"{CLAIM}deployment_id": about["deployment"],
        f"{CLAIM}message_type": "LtiDeepLinkingResponse",
        f"{CLAIM}version": "1.3.0",
        f"{DEEP_LINKING}content_items": [item],
    }
    if about["data"]:
        claims[f"{DEEP_LINKING}data"] = about["data"]
    return lti_keys.sign(claims)


def _new_lesson(course: Course, title: str, by: User) -> ClassSession:
    seen = "".join(letter for letter in title if letter.isprintable()).strip()[:200]
    return sessions.create(teacher=by, course=course, title=seen or _("Lesson"))
