"""The cluster's Celery: two queues, nothing stored, nothing older than it is worth.

celery -A fer_platform worker -Q inference    reads frames; no database, no Django
celery -A fer_platform worker -Q default      closes minutes, keeps house
celery -A fer_platform beat                   tells the second one when
"""

from typing import Any
from urllib.parse import urlsplit

from celery import Celery
from django.core.exceptions import ImproperlyConfigured
from kombu import Queue
from kombu.transport import TRANSPORT_ALIASES
from redis.connection import parse_url

from fer_platform.addresses import REDIS
from fer_platform.celery_schedule import SCHEDULE
from fer_platform.environment.groups import Stores
from inference.cluster.messages import QUEUE as INFERENCE
from inference.cluster.messages import TASK

DEFAULT = "default"


def _broker() -> str:
    try:
        return Stores.read().redis_url
    except ImproperlyConfigured as error:
        raise SystemExit(str(error)) from None  # Celery would print a traceback


TRANSPORT_ALIASES.update(dict.fromkeys(REDIS, "fer_platform.broker:Transport"))


def broker_options(url: str) -> dict[str, Any]:
    """A Redis' address for Celery, read as redis-py reads it for all other clients.

    Celery would take any certificate for `rediss://`, and overlook parts of a query.
    """
    if not url:
        return {"broker_url": url}
    read = parse_url(url)  # type: ignore[no-untyped-call]
    tls = {name: value for name, value in read.items() if name.startswith("ssl_")}
    plain = urlsplit(url)._replace(path=f"/{read.get('db', 0)}", query="").geturl()
    checked = {"ssl_cert_reqs": "required"} | tls
    secure = urlsplit(url).scheme == "rediss"
    return {"broker_url": plain, "broker_use_ssl": checked if secure else None}


# No fix-up for Django, which every worker would get: one that reads frames needs none.
app = Celery("fer_platform", fixups=[], amqp="fer_platform.broker_connection:AMQP")
app.conf.update(
    **broker_options(_broker()),
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,  # a Redis that comes back is found again
    broker_transport_options={
        # Tasks that a dead worker had taken and not begun come back after this; their
        # slots are gone by then, so they are counted and cost nothing.
        "visibility_timeout": 60,
        "socket_connect_timeout": 1,
        "socket_timeout": 2,  # more than the one second of a blocking pop
        "socket_keepalive": True,
        "health_check_interval": 5,
        # Who publishes hears at once that it cannot, instead of waiting for ever.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0,
    },
    result_backend=None,
    task_ignore_result=True,
    task_serializer="json",
    accept_content=["json"],
    task_acks_late=False,  # a batch whose worker died is old before another has it
    task_queues=tuple(Queue(name, routing_key=name) for name in (INFERENCE, DEFAULT)),
    task_default_queue=DEFAULT,
    task_create_missing_queues=False,
    task_routes={TASK: {"queue": INFERENCE}},
    worker_prefetch_multiplier=1,
    worker_proc_alive_timeout=60,  # seconds to load an engine on a busy machine
    worker_enable_remote_control=False,
    worker_redirect_stdouts=False,
    beat_scheduler="fer_platform.celery_schedule:BoundedScheduler",
    beat_schedule=SCHEDULE,
    beat_max_loop_interval=1,
)

from fer_platform import celery_worker  # noqa: E402, F401 -- listens to the app's signals
