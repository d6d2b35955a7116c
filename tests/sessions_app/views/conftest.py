"""A live class with everybody who may ask for one of its pages, and each page's address."""

from contextlib import contextmanager
from http.cookies import SimpleCookie

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from sessions_app.enums import Purpose
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CourseFactory,
    InvitationFactory,
    MarkFactory,
    ParticipantFactory,
)


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
    return ClassSessionFactory(teacher=teacher, live=True)


@pytest.fixture
def arguments(teacher, session):
    """What each URL is reversed with."""
    course = [CourseFactory(teacher=teacher).pk]
    invitation = InvitationFactory(token="welcome")
    reset = [
        urlsafe_base64_encode(force_bytes(teacher.pk)),
        default_token_generator.make_token(teacher),
    ]

    mark = MarkFactory(session=session)

    def of(name):
        if name == "api-session-mark":
            return [session.pk, mark.pk]
        whole = {"session-list", "session-new", "api-session-list"}
        if name.startswith(("session-", "api-session-")) and name not in whole:
            return [session.pk]
        if name.startswith("person"):
            return [teacher.pk]
        if name.startswith("join") and name != "join-enter":
            return [session.join_code]
        return {
            "course-detail": course,
            "course-code": course,
            "course-qr": course,
            "course-projector": course,
            "course-edit": course,
            "course-delete": course,
            "api-course-detail": course,
            "api-nothing": ["sessions/17"],
            "invitation-revoke": [invitation.pk],
            "invitation-again": [invitation.pk],
            "invitation-accept": ["welcome"],
            "password_reset_confirm": reset,
        }.get(name, [])

    return of


@pytest.fixture
def browsers(teacher, colleague, boss, session, browser_of, browser_with):
    return {
        "stranger": Client(),
        "owner": browser_of(teacher),
        "colleague": browser_of(colleague),
        "boss": browser_of(boss),
        "student": browser_with(
            ParticipantFactory(session=session, agreed=[Purpose.PULSE])
        ),
        "foreigner": browser_with(ParticipantFactory(agreed=[Purpose.PULSE])),
    }
