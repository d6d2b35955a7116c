"""A live class with everybody who may ask for one of its pages, and each page's address."""

from contextlib import contextmanager
from http.cookies import SimpleCookie
from itertools import product
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from sessions_app.enums import Purpose
from sessions_app.models import CalendarFeed, SavedView
from sessions_app.models.people import token_hash
from sessions_app.web.links import FILE_FORMS
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    InvitationFactory,
    LtiLaunchFactory,
    LtiLinkFactory,
    MarkFactory,
    OutgoingMailFactory,
    ParticipantFactory,
    QuestionFactory,
    UserFactory,
    WebhookCallFactory,
    with_an_alert,
)

_OTHERS = {"webhook-call-again", "api-webhook-call-again", "api-webhook-list"}


@contextmanager
def undone(browser):
    """A browser's request as if it were the first and the last one."""
    cookies = browser.cookies.output(header="", sep=";")
    with transaction.atomic():
        yield browser
        transaction.set_rollback(True)
    browser.cookies = SimpleCookie(cookies)
    cache.clear()


@pytest.fixture
def session(teacher):
    return ClassSessionFactory(teacher=teacher, live=True, planned_at=timezone.now())


@pytest.fixture
def empty_course(teacher):
    """The teacher's, without a lesson, so that it can be deleted."""
    return CourseFactory(teacher=teacher)


@pytest.fixture
def arguments(teacher, session, empty_course, boss):
    """What each URL is reversed with."""
    course = [empty_course.pk]
    co_teacher = [empty_course.pk, CoTeacherFactory(course=empty_course).pk]
    invitation = InvitationFactory(token="welcome")
    reset = [
        urlsafe_base64_encode(force_bytes(teacher.pk)),
        default_token_generator.make_token(teacher),
    ]

    CalendarFeed.objects.create(user=boss, token_hash=token_hash("calendar"))
    view = SavedView.objects.create(user=teacher, name="Mondays", query="weekday=1")
    mark = MarkFactory(session=session)
    call = WebhookCallFactory(state="sent")
    webhook = call.webhook_id
    launch = LtiLaunchFactory(ticket="a-ticket", course=empty_course)
    LtiLinkFactory(token="a-link")
    reply = MarkFactory(session=session, kind="reply", word="Back to slide 4")
    answer = {"id": str(uuid4()), "text": "I lost the thread"}
    QuestionFactory(session=session, shown=[answer])
    topic = MarkFactory(session=session, kind="topic", word="Rings")

    def of(name):
        if name == "api-session-alert":
            session.minutes.all().delete()
            return [with_an_alert(session).pk, "expression-8"]
        if name == "factor-remove":
            factor = Authenticator.objects.create(user=teacher, type="totp", data={})
            return [factor.pk]
        if name == "course-letter":
            empty_course.age_band = "13_to_17"  # adults' parents get none
            empty_course.save()
        if name == "api-session-mark":
            return [session.pk, mark.pk]
        if name == "api-session-answer":
            return [session.pk, answer["id"]]
        if name == "api-session-reply":
            return [session.pk, reply.pk]
        if name.startswith("api-session-topic") and name != "api-session-topics":
            return [session.pk, topic.pk]
        whole = {"session-list", "session-new", "api-session-list"}
        if name.startswith(("session-", "api-session-")) and name not in whole:
            return [session.pk]
        one_webhook = name.removeprefix("api-").startswith("webhook-")
        if name == "webhook" or (one_webhook and name not in _OTHERS):
            return [webhook]
        if name.startswith("panel-student"):
            return [session.join_code]
        if name.startswith("panel-") and name not in {"panel-texts", "panel-connect"}:
            return [session.pk]
        if name.startswith("person"):
            return [teacher.pk]
        if name.startswith("join") and name != "join-enter":
            return [session.join_code]
        return {
            "totals-view-delete": [view.pk],
            "api-totals-view-detail": [view.pk],
            "help": ["teacher"],
            "course-detail": course,
            "course-trend": course,
            **{f"course-trend-{form}": course for form in FILE_FORMS},
            "course-code": course,
            "course-letter": course,
            "course-letters-signed": course,
            "course-qr": course,
            "course-projector": course,
            "course-edit": course,
            "course-delete": course,
            "course-calendar": course,
            "calendar-feed": ["calendar"],
            "course-co-teachers": course,
            "course-co-teacher": co_teacher,
            "course-co-teacher-remove": co_teacher,
            "course-leave": course,
            "api-course-detail": course,
            "api-course-trend": course,
            "api-course-comparison": course,
            "api-course-co-teachers": course,
            "api-course-co-teacher": co_teacher,
            "api-nothing": ["sessions/17"],
            "invitation-revoke": [invitation.pk],
            "invitation-again": [invitation.pk],
            "invitation-accept": ["welcome"],
            "webhook-call-again": [call.pk],
            "second-factor-mailed": [teacher.pk, "no-such-token"],
            "lti-open": ["a-ticket"],
            "panel-connect": ["a-ticket"],
            "overlay": ["a-token"],
            "overlay-news": ["a-token"],
            "lti-register": ["a-link"],
            "lti-platform": [launch.platform_id],
            "lti-platform-delete": [launch.platform_id],
            "api-webhook-call-again": [webhook, call.pk],
            "mail-again": [OutgoingMailFactory(given_up=True).pk],
            "password_reset_confirm": reset,
        }.get(name, [])

    return of


@pytest.fixture
def co_teachers(teacher, session, empty_course):
    """One for each right, in the course of the session and in the empty one."""
    session.course = CourseFactory(teacher=teacher)
    session.save()
    rights = {
        "watcher": {},
        "runner": {"may_run": True},
        "deleter": {"may_delete": True},
    }
    users = {role: UserFactory() for role in rights}
    for course, (role, given) in product(
        [session.course, empty_course], rights.items()
    ):
        CoTeacherFactory(course=course, user=users[role], **given)
    return users


@pytest.fixture
def browsers(teacher, co_teachers, colleague, boss, session, browser_of, browser_with):
    return {
        "stranger": Client(),
        "owner": browser_of(teacher),
        **{role: browser_of(user) for role, user in co_teachers.items()},
        "colleague": browser_of(colleague),
        "boss": browser_of(boss),
        "student": browser_with(
            ParticipantFactory(session=session, agreed=[Purpose.PULSE])
        ),
        "foreigner": browser_with(ParticipantFactory(agreed=[Purpose.PULSE])),
    }
