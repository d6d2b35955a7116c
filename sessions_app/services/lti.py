"""Launches from learning platforms: taken once, for whom, and which course they open."""

import datetime as dt
import secrets
from typing import Any

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from sessions_app.enums import AuditAction, Role
from sessions_app.models import (
    ClassSession,
    Course,
    LogIn,
    LtiContext,
    LtiLaunch,
    LtiPlatform,
    User,
)
from sessions_app.models.people import OF_A_PLATFORM, token_hash
from sessions_app.services import audit, courses
from sessions_app.web.lti import STALE, Launch, LaunchRefused

TICKET_LASTS_S = 10 * 60
_A_MINUTE = dt.timedelta(minutes=1)
_SAME_TITLE_TRIES = 50
_MOST_OF_A_NAME = 80  # letters, as in the field for it

REPLAYED = gettext_lazy(
    "This was opened already. Reload the page in your learning platform."
)
NOT_YET = gettext_lazy(
    "Your teacher has not opened Classmood in this course yet. Try again later."
)
CLOSED = gettext_lazy("Your account is closed. Ask an admin to open it again.")
ADMIN = gettext_lazy(
    "This is an admin's account. Admins log in here with their password, not from a learning "
    "platform."
)
NO_ACCOUNT = gettext_lazy(
    "You have no account here yet. Ask an admin for an invitation; then log in and connect it."
)
NO_ADDRESS = gettext_lazy(
    "Your learning platform gives no usable e-mail address, so no account can be made. If you "
    "have one here, log in and connect it."
)
TAKEN = gettext_lazy(
    "There is already an account with your e-mail address. Log in and connect it."
)
ANOTHERS = gettext_lazy(
    "Your account in the learning platform is connected with another account here. Ask your "
    "administrator."
)
CONNECTED = gettext_lazy("Your account is connected.")
AT_ONCE = gettext_lazy("Somebody did the same at this moment. Please try again.")


class NotConnected(LaunchRefused):
    """A teacher has no account here that the platform may open: it can be connected."""


class AnothersCourse(Exception):
    """The course is a colleague's, who has not shared it."""

    def __init__(self, course: Course) -> None:
        super().__init__(
            _(
                "The course “%(course)s” belongs to %(teacher)s here. Ask %(teacher)s to add "
                "you as a co-teacher."
            )
            % {"course": course, "teacher": course.teacher}
        )


def take(launch: Launch, about: dict[str, Any]) -> str:
    """Take a launch, and give a ticket for one page of ours, which opens within minutes.

    Raises:
        LaunchRefused: If the same launch was taken already.
    """
    ticket = secrets.token_urlsafe(32)
    try:
        with transaction.atomic():
            LtiLaunch.objects.create(
                nonce_hash=token_hash(launch.nonce),
                platform=launch.platform,
                ticket_hash=token_hash(ticket),
                about=about,
            )
    except IntegrityError as error:
        raise LaunchRefused(REPLAYED, "repeated") from error
    _note_launch(launch.platform)
    return ticket


def about_student(launch: Launch) -> dict[str, Any]:
    """What a student's ticket opens, without who that is.

    Raises:
        LaunchRefused: If no teacher has opened the platform's course here yet.
    """
    course, lesson = find_course(launch), _chosen_lesson(launch)
    if course is None:
        raise LaunchRefused(NOT_YET)
    return {
        "who": "student",
        "of": _registration(launch.platform),
        "deployment": launch.deployment,
        "course": course.pk,
        "code": lesson.join_code if lesson else course.join_code,
        "mark": mark_of(launch.platform, launch.subject, course),
        "name": launch.name[:_MOST_OF_A_NAME] if launch.platform.takes_names else "",
    }


def about_teacher(launch: Launch) -> dict[str, Any]:
    """What a teacher's ticket opens: an account and a course are made when it is used."""
    lesson = _chosen_lesson(launch)
    return {
        "who": "teacher",
        "of": _registration(launch.platform),
        "subject": launch.subject,
        "email": launch.email,
        "name": launch.name,
        "deployment": launch.deployment,
        "context": launch.context,
        "title": launch.title,
        "course": launch.chosen[0] if launch.chosen else None,
        "lesson": str(lesson.pk) if lesson else "",
    }


def waiting(ticket: str) -> LtiLaunch | None:
    """The launch whose ticket can still be used."""
    found = LtiLaunch.objects.filter(ticket_hash=token_hash(ticket), used_at=None)
    launch = found.select_related("platform").first()
    if launch is None or _age_s(launch) > TICKET_LASTS_S:
        return None
    return launch


def use(ticket: str) -> LtiLaunch:
    """Use a ticket up.

    Raises:
        LaunchRefused: If it is too old, was used before, or is of a registration that an
            admin has changed since.
    """
    launch = waiting(ticket)
    if launch is None:
        raise LaunchRefused(STALE)
    mine = LtiLaunch.objects.filter(pk=launch.pk, used_at=None)
    if not mine.update(used_at=timezone.now(), about={}):
        raise LaunchRefused(STALE)
    _check_registration(launch.platform, launch.about)
    return launch


def _registration(platform: LtiPlatform) -> list[str]:
    """Whose word it is; what another one said counts no more where an admin changes it."""
    return [platform.issuer, platform.client_id, platform.jwks_url]


def _check_registration(platform: LtiPlatform, about: dict[str, Any]) -> None:
    said_by, deployment = about.get("of"), about.get("deployment")
    if said_by != _registration(platform) or deployment not in platform.deployments:
        raise LaunchRefused(STALE, "its registration was changed since")


def _hold(platform: LtiPlatform, about: dict[str, Any]) -> LtiPlatform:
    """Lock a registration before something is made by its word; inside a transaction.

    Raises:
        LaunchRefused: If it was deleted, or changed since it said that.
    """
    held = LtiPlatform.objects.select_for_update().filter(pk=platform.pk).first()
    if held is None:
        raise LaunchRefused(STALE, "its registration was deleted since")
    _check_registration(held, about)
    return held


def mark_of(platform: LtiPlatform, subject: str, course: Course) -> str:
    """The same for one student in one course, and unlike every other.

    A platform can have several registrations, and calls a person the same in all of them.
    """
    same = f"{platform.issuer} {course.pk} {subject}"
    return salted_hmac("lti student", same, algorithm="sha256").hexdigest()


def find_course(launch: Launch) -> Course | None:
    """The course that a teacher chose for this link, or made of the platform's course."""
    return _course(
        launch.platform,
        launch.chosen[0] if launch.chosen else None,
        launch.deployment,
        launch.context,
    )


@transaction.atomic
def account_of(platform: LtiPlatform, about: dict[str, Any]) -> User:
    """The account that a teacher has here; made now where that is permitted.

    An account that was there before is never opened by an address alone.

    Raises:
        NotConnected: If there is none that the platform may open.
        LaunchRefused: If the account is closed, or an admin's, or the registration is not
            any more what it was.
    """
    platform = _hold(platform, about)
    link = _connections(platform).filter(uid=_uid(about["subject"]))
    known = link.select_related("user").first()
    user = known.user if known else _make(platform, about)
    if not user.is_active:
        raise LaunchRefused(CLOSED, f"account {user.email} is closed")
    if user.is_admin:
        raise LaunchRefused(ADMIN, f"account {user.email} is an admin's")
    return user


def connection_of(platform: LtiPlatform, user: User) -> int:
    """The key of what lets the platform open an account: a log-in ends with it.

    Raises:
        LaunchRefused: If there is none since a moment ago.
    """
    found = _connections(platform).filter(user=user).first()
    if found is None:
        raise LaunchRefused(STALE, "its connection with the account has just ended")
    return int(found.pk)


def connect(platform: LtiPlatform, about: dict[str, Any], *, user: User) -> None:
    """Let the platform open the account of somebody who has shown that it is theirs.

    Raises:
        LaunchRefused: If it is an admin's, or either has another partner already, or the
            registration is not any more what it was.
    """
    if user.is_admin:
        raise LaunchRefused(ADMIN, f"account {user.email} is an admin's")
    uid = _uid(about["subject"])
    try:
        with transaction.atomic():
            _hold(platform, about)
            user.hold()
            linked = _connections(platform)
            if owner := linked.filter(uid=uid).first():
                if owner.user_id != user.pk:
                    raise LaunchRefused(ANOTHERS, "it is connected with another")
                return
            if linked.filter(user=user).exists():
                raise LaunchRefused(ANOTHERS, "it is connected with another")
            SocialAccount.objects.create(
                user=user, provider=_provider(platform), uid=uid
            )
            audit.record(
                action=AuditAction.CHANGED,
                actor=user,
                object_id=str(user.pk),
                detail=f"account {user.email}; connected with learning platform "
                f"“{platform}” by its owner, logged in",
            )
    except IntegrityError as error:
        raise LaunchRefused(AT_ONCE) from error


def connected(user: User) -> list[LtiPlatform]:
    """The learning platforms that open somebody's account."""
    by = SocialAccount.objects.filter(user=user).values_list("provider", flat=True)
    known = {*by}
    return [each for each in LtiPlatform.objects.all() if _provider(each) in known]


@transaction.atomic
def disconnect(platform: LtiPlatform, *, user: User, by: User) -> None:
    """Let a platform open somebody's account no more."""
    theirs = _connections(platform).filter(user=user)
    if theirs.delete()[0]:
        audit.record(
            action=AuditAction.CHANGED,
            actor=by,
            object_id=str(user.pk),
            detail=f"account {user.email}; disconnected from learning platform “{platform}”",
        )


def course_of(platform: LtiPlatform, about: dict[str, Any], *, by: User) -> Course:
    """The course that a teacher's launch opens; the platform's becomes one of theirs.

    Raises:
        AnothersCourse: If it is somebody else's, who does not share it.
    """
    where = (about["deployment"], about["context"])
    course = _course(platform, about["course"], *where)
    if course is None:
        course = _new_course(platform, about, by)
    if not Course.objects.visible_to(by).filter(pk=course.pk).exists():
        raise AnothersCourse(course)
    return course


def lesson_in(course: Course, pk: str) -> ClassSession | None:
    """The lesson that was chosen, or else the one that runs."""
    chosen = course.class_sessions.filter(pk=pk).first() if pk else None
    running = course.class_sessions.open_to_students().order_by("-started_at")
    return chosen or running.first()


def note_refusal(platform: LtiPlatform, why: LaunchRefused) -> None:
    """Write down that a launch opened nothing; without who that was."""
    with override(settings.LANGUAGE_CODE):  # not in that person's language
        reason = why.detail or str(why.why)
    audit.once_in_a_while(
        action=AuditAction.REFUSED,
        actor=None,
        object_id=str(platform.pk),
        detail=f"launch from learning platform “{platform}”: {reason}",
    )


def _note_launch(platform: LtiPlatform) -> None:
    """Keep when the platform was used last; a class that comes at once writes it once."""
    now = timezone.now()
    not_just_now = Q(launched_at=None) | Q(launched_at__lt=now - _A_MINUTE)
    LtiPlatform.objects.filter(not_just_now, pk=platform.pk).update(launched_at=now)


def _age_s(launch: LtiLaunch) -> float:
    return (timezone.now() - launch.at).total_seconds()


def _chosen_lesson(launch: Launch) -> ClassSession | None:
    if launch.chosen is None or not launch.chosen[1]:
        return None
    course, lesson = launch.chosen
    found = ClassSession.objects.filter(course=course)
    try:
        return found.filter(pk=lesson).first()
    except ValidationError:
        return None


def _course(
    platform: LtiPlatform, chosen: int | None, deployment: str, context: str
) -> Course | None:
    if chosen and (course := Course.objects.filter(pk=chosen).first()):
        return course
    known = LtiContext.objects.filter(
        platform=platform, deployment=deployment, context=context
    )
    link = known.select_related("course__teacher").first()
    return link.course if link else None


def _new_course(platform: LtiPlatform, about: dict[str, Any], by: User) -> Course:
    """Make a course of the platform's; two that come at once make one."""
    where = {
        "platform": platform,
        "deployment": about["deployment"],
        "context": about["context"],
    }
    try:
        with transaction.atomic():
            _hold(platform, about)
            course = _with_a_free_title(about["title"] or str(platform), by)
            LtiContext.objects.create(course=course, **where)
            return course
    except IntegrityError as error:
        made = LtiContext.objects.select_related("course").filter(**where).first()
        if made is None:  # another of this title, at this moment
            raise LaunchRefused(AT_ONCE) from error
        return made.course


def _with_a_free_title(title: str, by: User) -> Course:
    title = title[:190]
    for number in range(1, _SAME_TITLE_TRIES):
        try:
            named = title if number == 1 else f"{title} ({number})"
            return courses.create(teacher=by, title=named)
        except courses.CourseExists:
            continue
    raise LaunchRefused(AT_ONCE, "too many courses have this title")


def _make(platform: LtiPlatform, about: dict[str, Any]) -> User:
    email = about["email"]
    if User.objects.filter(email__iexact=email).exists():
        raise NotConnected(TAKEN, "an account has the address already")
    if not platform.makes_accounts:
        raise NotConnected(NO_ACCOUNT, "no account, and none is made")
    try:
        validate_email(email)
    except ValidationError as error:
        raise NotConnected(NO_ADDRESS, "no usable address") from error
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                email,
                None,  # no password: nobody logs in with one until they reset it
                name=(about["name"] or email)[:100],
                role=Role.TEACHER,
            )
            SocialAccount.objects.create(
                user=user, provider=_provider(platform), uid=_uid(about["subject"])
            )
    except IntegrityError as error:  # two first times at once
        raise LaunchRefused(AT_ONCE) from error
    audit.record(
        action=AuditAction.MADE,
        actor=user,
        object_id=str(user.pk),
        detail=f"own account as {user.role} from learning platform “{platform}”",
    )
    return user


def _provider(platform: LtiPlatform) -> str:
    """Under which its people are kept: one registration opens no account of another's."""
    return f"{OF_A_PLATFORM}{platform.pk}"


def _connections(platform: LtiPlatform) -> QuerySet[SocialAccount]:
    found: QuerySet[SocialAccount] = SocialAccount.objects.filter(
        provider=_provider(platform)
    )
    return found


def _uid(subject: str) -> str:
    """A subject as the column takes it: they may have 255 letters."""
    return token_hash(subject) if len(subject) > 190 else subject


def end_log_ins(platform: LtiPlatform) -> None:
    """End those that the platform's word gave; its people stay connected."""
    for each in _connections(platform):
        LogIn.objects.filter(user=each.user_id).end_given_by({each.pk})


def forget_people(platform: LtiPlatform) -> None:
    """Let the platform open no account any more."""
    _connections(platform).delete()
