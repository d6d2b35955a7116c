"""Programs that talk to the API."""

import datetime as dt

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from rest_framework.test import APIClient
from rest_framework.throttling import SimpleRateThrottle

from sessions_app.services import tokens


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
def unhurried(monkeypatch):
    """No rate limits, for tests that send more than anybody may."""
    monkeypatch.setattr(SimpleRateThrottle, "get_rate", lambda self: None)


@pytest.fixture
def kept_connection():
    """A request through WSGI ends with its connection; here the test's own."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)
