"""A no that meets a row which PostgreSQL has locked: `make test-postgresql` runs this."""

import asyncio
import threading
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.models import Participant
from sessions_app.selectors.consent import choices_of, written_choices
from sessions_app.services.withdrawals import write_waiting
from sessions_app.web.participant_cookie import old_name, signed
from tests.sessions_app.live.consumers.class_room import (
    HAPPY,
    ClassRoom,
    frame,
    in_thread,
    open_socket,
    student,
)

pytestmark = [
    pytest.mark.long,
    pytest.mark.real,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="SQLite locks no row, but all of it"
    ),
]


@contextmanager
def row_locked(participant):
    """Another connection holds the row that a decision has to lock."""
    held, let_go = threading.Event(), threading.Event()

    def hold():
        with transaction.atomic():
            Participant.objects.select_for_update().get(pk=participant.pk)
            held.set()
            let_go.wait()
        connection.close()

    holding = threading.Thread(target=hold)
    holding.start()
    held.wait()
    yield
    let_go.set()
    holding.join()


def say_no(participant):
    browser = Client()
    browser.cookies[old_name(participant.session)] = signed(participant)
    url = reverse("join-choices", args=[participant.session.join_code])
    answer = browser.post(
        url, {"expression": "off"}, headers={"Accept": "application/json"}
    )
    connection.close()
    return answer


async def test_a_no_holds_while_its_row_is_locked_and_is_written_later():
    room = ClassRoom()
    room.engine.answer = HAPPY
    running = asyncio.create_task(room.live.run())
    alice = await student(*Purpose)
    async with open_socket(room, alice) as socket:
        await room.tick()
        with row_locked(alice):
            saying = asyncio.create_task(asyncio.to_thread(say_no, alice))
            await _until(
                lambda: not room.live.roster.consents_of(alice.pk) & {"expression"}
            )
            await room.tick()
            await socket.send_to(bytes_data=frame(1))
            while (event := await socket.receive_output(timeout=5))[
                "type"
            ] != "websocket.close":
                assert '"seq"' not in event["text"]
            assert event["code"] == 4403
            answer = await saying

        assert answer.status_code == 503
        assert "No more data is read" in answer.json()["error"]
        assert not (await in_thread(choices_of)(alice))[Purpose.EXPRESSION]
        assert (await in_thread(written_choices)(alice))[Purpose.EXPRESSION]
        await in_thread(write_waiting)()
        assert not (await in_thread(written_choices)(alice))[Purpose.EXPRESSION]
    running.cancel()


async def _until(true):
    async with asyncio.timeout(30):
        while not true():  # noqa: ASYNC110 -- nobody tells
            await asyncio.sleep(0.02)
