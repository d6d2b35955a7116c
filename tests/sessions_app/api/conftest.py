"""Programs that talk to the API."""

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from rest_framework.throttling import SimpleRateThrottle


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
