import pytest
from celery import Celery

from fer_platform.broker_connection import AMQP

NOWHERE = "redis://127.0.0.1:1/0"
GOES_ON_WITHIN_S = 10  # what is promised after a fault, all else included


class EnoughAsked(Exception):
    pass


def test_a_broker_that_is_away_for_an_hour_is_asked_every_few_seconds(monkeypatch):
    waits_s = []

    def note(_error, wait_s):
        waits_s.append(wait_s)
        if sum(waits_s) > 3600:
            raise EnoughAsked

    monkeypatch.setattr("kombu.utils.functional.sleep", lambda _: None)
    app = Celery("asks", broker=NOWHERE, amqp=AMQP)

    with app.connection_for_read() as connection, pytest.raises(EnoughAsked):
        connection.ensure_connection(note)

    assert 1 <= min(waits_s) <= max(waits_s) < GOES_ON_WITHIN_S / 2
