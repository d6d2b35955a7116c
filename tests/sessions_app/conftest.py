"""People at their browsers."""

import datetime as dt

import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.test import Client
from rest_framework.test import APIClient

from sessions_app.minutes import withheld
from sessions_app.models import AuditEntry, policy
from sessions_app.services import outbox, tokens, withdrawals
from sessions_app.services import policy as policy_service
from sessions_app.web import participant_cookie
from tests.sessions_app.factories import UserFactory


@pytest.fixture(autouse=True)
def _forget_counted_requests():
    """Rate limits count in the cache, which outlives a test."""
    cache.clear()


@pytest.fixture(autouse=True)
def _forget_content_types():
    """Their rows are made again where a test before restored or emptied the database."""
    ContentType.objects.clear_cache()


@pytest.fixture(autouse=True)
def _nothing_waits(monkeypatch):
    """A no that one test leaves unwritten or untold would be tried again by the clock of another."""
    for name in ("_waiting", "_on_its_way"):
        monkeypatch.setattr(withdrawals, name, {})
    monkeypatch.setattr(withdrawals, "_deleted", ({}, {}))
    monkeypatch.setattr(withheld, "untold", {})


@pytest.fixture(autouse=True)
def _mail_now(monkeypatch):
    """A postman's thread would not see what a test has not committed."""
    put = outbox.put

    def put_and_send(*args, **about):
        row = put(*args, **about)
        outbox.send_due()
        return row

    monkeypatch.setattr(outbox, "put", put_and_send)


@pytest.fixture(autouse=True)
def _no_policy_yet(monkeypatch):
    """As if the row had just been looked for; a change is read from the database."""
    monkeypatch.setattr(policy, "_last_read", (float("inf"), None))


@pytest.fixture
def stopped():
    """A clock that moves only when told, so that no rate starts a new minute."""
    with time_machine.travel("2026-11-22 10:00:00Z", tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser_of():
    """Make the browser of a member of staff, logged in before the audit began."""

    def make(user):
        client = Client()
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        AuditEntry.objects.filter(action="logged_in").delete()
        return client

    return make


@pytest.fixture
def browser_with():
    """Make the browser of a student, with the cookie that joining sets."""

    def make(participant):
        client = Client()
        name = participant_cookie.old_name(participant.session)
        client.cookies[name] = participant_cookie.signed(participant)
        return client

    return make


@pytest.fixture
def token_of():
    """Make a token of a member of staff."""

    def make(user, scope="write", lasts=dt.timedelta(days=1)):
        return tokens.issue(user=user, name="A program", scope=scope, lasts=lasts)

    return make


@pytest.fixture
def program_of(token_of):
    """Make a program that uses a new token of a member of staff."""

    def make(user, scope="write"):
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Bearer {token_of(user, scope)}")
        return client

    return make


@pytest.fixture
def teacher(db):
    return UserFactory(name="Alice")


@pytest.fixture
def colleague(db):
    """Another teacher."""
    return UserFactory(name="Bob", email="bob@school.example")


@pytest.fixture
def boss(db):
    return UserFactory(name="Charlie", admin=True)


@pytest.fixture
def decide(boss, django_capture_on_commit_callbacks):
    """Let the admin change the policy."""

    def change(**values):
        with django_capture_on_commit_callbacks(execute=True):
            return policy_service.change(by=boss, **values)

    return change


@pytest.fixture
def told(monkeypatch):
    """The sessions whose sockets were told to look again, in order."""
    sessions = []
    for room in ("sessions", "consent", "withdrawals"):
        name = f"sessions_app.services.{room}.session_changed"
        monkeypatch.setattr(name, sessions.append)
    return sessions
