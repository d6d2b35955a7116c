"""How a worker asks for a broker that is away: every few seconds, however long it lasts.

Celery asks after 2, 4, 6 ... up to 30 seconds, so that a worker could sleep through the
first half minute of a Redis that is back; classes would stay interrupted meanwhile.
"""

from typing import Any

import kombu
from celery.app import amqp

_INTERVALS_S = {
    "interval_start": 2,
    "interval_step": 1,
    "interval_max": 2,
}  # 2, 3, 4, 4


class Connection(kombu.Connection):
    def ensure_connection(self, *args: Any, **options: Any) -> kombu.Connection:
        return super().ensure_connection(*args, **_INTERVALS_S | options)


class AMQP(amqp.AMQP):
    """Found by Celery by the app's `amqp`."""

    Connection = Connection
