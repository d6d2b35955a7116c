"""Who says no on and on wakes the class's sockets a few times, and then no more."""

from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from sessions_app import events
from sessions_app.enums import Purpose
from sessions_app.events import MOST, WITHIN_S, session_changed, session_group
from sessions_app.services import consent
from tests.sessions_app.factories import ClassSessionFactory, ParticipantFactory


class Clock:
    now = 1000.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    monkeypatch.setattr(events, "time", clock := Clock())
    return clock


class Socket:
    """Hears what is told to the sockets of a class."""

    def __init__(self, session_id):
        self._layer = get_channel_layer()
        self._name = async_to_sync(self._layer.new_channel)()
        async_to_sync(self._layer.group_add)(session_group(session_id), self._name)

    def heard(self):
        """How many messages, since it was asked last."""
        waiting = self._layer.channels.get(self._name)
        count = waiting.qsize() if waiting else 0
        for _ in range(count):
            waiting.get_nowait()
        return count


@pytest.mark.django_db(transaction=True)
def test_noes_on_and_on_wake_a_class_a_few_times(clock):
    session = ClassSessionFactory(live=True)
    student = ParticipantFactory(session=session, agreed=[Purpose.PULSE])
    socket = Socket(session.pk)

    for _ in range(20):
        consent.decide(participant=student, decisions={Purpose.PULSE: False})

    assert socket.heard() == MOST
    assert not student.consents.latest_decisions().get().agrees


def test_a_class_is_told_again_after_a_moment_and_others_meanwhile(clock):
    noisy, other = uuid4(), uuid4()
    sockets = Socket(noisy), Socket(other)
    for _ in range(2 * MOST):
        session_changed(noisy)
    session_changed(other)
    assert [socket.heard() for socket in sockets] == [MOST, 1]

    clock.now += WITHIN_S
    session_changed(noisy)

    assert sockets[0].heard() == 1
