"""What a worker takes out of a queue: tasks of our own, whatever else lies in it.

Celery trusts what its broker holds. A message that is no JSON, or JSON of another shape,
raises in the loop that reads the socket, and the worker ends; others are written to the
log whole. So each is parsed here first, and only what a task of ours needs goes on.
"""

import base64
import json
import logging
from functools import cache
from queue import Empty
from typing import Any
from uuid import UUID

from django.utils.module_loading import import_string
from kombu.transport import redis
from redis import Redis, RedisError

from fer_platform.environment.groups import Stores
from inference.cluster.log_throttle import ThrottledLogger
from inference.cluster.messages import REFUSED
from inference.cluster.redis_client import connect

throttled = ThrottledLogger(logging.getLogger(__name__))
_refused = 0


class Foreign(ValueError):
    """A message that no part of this platform wrote."""


class QoS(redis.QoS):
    """Counts a task that could not be acknowledged as taken no longer.

    Kombu would count it for ever. A worker that may hold one task then never asks for
    another, so it never hears that its connection is cut, and waits in an open loop.
    """

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        except RedisError:
            self._quick_ack(delivery_tag)
            raise


class Channel(redis.Channel):
    """Takes what is no JSON out of the queue, too."""

    QoS = QoS

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)
        except (ValueError, RecursionError):
            _refuse()
            raise Empty from None


class Transport(redis.Transport):
    Channel = Channel

    def _deliver(self, message: object, queue: str) -> None:
        super()._deliver(own_message(message, queue), queue)


def refused() -> int:
    """How many messages this process has refused: work done, as tasks are."""
    return _refused


def own_message(message: Any, queue: str) -> dict[str, Any]:
    """Rewrite a message, with what a task of ours needs.

    Raises:
        Foreign: If it is no task of this worker's.
    """
    try:
        task, task_id = message["headers"]["task"], message["headers"]["id"]
        tag = message["properties"]["delivery_tag"]
        arguments, named, links = json.loads(base64.b64decode(message["body"]))
        whole = (
            isinstance(tag, str)
            and UUID(task_id)
            and _is_ours(task)
            and isinstance(arguments, list)
            and not named  # no task of ours is called with any
            and not any(links.values())
        )
    except (AttributeError, LookupError, TypeError, ValueError):
        whole = False
    if not whole:
        raise Foreign
    return {
        "body": message["body"],
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": {"lang": "py", "task": task, "id": task_id, "root_id": task_id},
        "properties": {
            "body_encoding": "base64",
            "delivery_tag": tag,
            "delivery_info": {"exchange": "", "routing_key": queue},
        },
    }


def _is_ours(task: str) -> bool:
    """Whether a task is one of this worker's own, not one that Celery brings along."""
    known = import_string("fer_platform.celery.app").tasks
    return task in known and not task.startswith("celery.")


def _refuse() -> None:
    """Count it and say so, without a word of what it said."""
    global _refused
    _refused += 1
    throttled.warn(
        "Refused a message that is no task", "look for who writes to the queue"
    )
    try:
        _live().hincrby(REFUSED, "foreign message", 1)
    except RedisError as error:
        throttled.warn("A refused message could not be counted", error)


@cache
def _live() -> Redis:
    return connect(Stores.read().live_redis_url)
