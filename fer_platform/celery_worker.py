"""What a Celery worker does around its tasks: refuse to start, load, watch itself."""

import logging
import logging.config
import multiprocessing
import os
import sys
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

from celery import Celery, signals
from celery.worker import state
from django.core.exceptions import ImproperlyConfigured

from fer_platform.broker import refused
from fer_platform.environment.groups import EngineSettings, Stores
from fer_platform.environment.names import refuse_wrong_names
from fer_platform.environment.variants import ProductionLogs
from fer_platform.logs import to_console
from inference import engine_worker
from inference.artefact import ArtefactRefused
from inference.cluster.messages import QUEUE as INFERENCE
from inference.cluster.redis_away import RedisAway
from inference.cluster.redis_client import connect, require
from inference.cluster.watchdog import Watchdog
from inference.detection.files import ModelFileMissing
from inference.engine_config import EngineConfig

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[1]
_BROKER, _LIVE = "FER_REDIS_URL", "FER_LIVE_REDIS_URL"

# Shared with the processes of the pool, which are forks: how many have an engine.
_loaded = multiprocessing.Value("i", 0)


class NoOneQueue(ValueError):
    """The command names no queue, or several; a worker has one, and what it needs."""


@signals.celeryd_init.connect
def prepare_worker(instance: Any, options: dict[str, Any], **kwargs: Any) -> None:
    """Validate the configuration; exit with a one-line error."""
    # Celery's command finds the app in the current folder and then forgets the folder.
    sys.path.insert(0, str(_ROOT))
    engine_worker.leave_no_core()
    try:
        refuse_wrong_names()
        queue = _only_queue(options.get("queues") or ())
        require(_BROKER, _address(_BROKER))
        require(_LIVE, _address(_LIVE))
        model = _prepare_inference() if queue == INFERENCE else ""
    except (
        ArtefactRefused,
        BrokenExecutor,
        ImproperlyConfigured,
        ModelFileMissing,
        RedisAway,
        ValueError,
    ) as error:
        raise SystemExit(f"The worker does not start: {error}") from None
    if queue != INFERENCE:
        _set_django_up(instance.app)
    watch = Watchdog(
        broker=connect(_address(_BROKER)),
        live=connect(_address(_LIVE)),
        queue=queue,
        node=instance.hostname,
        ready=lambda: queue != INFERENCE or _loaded.value > 0,
        finished=_finished,
        give_up=_end,
        model=model,
    )
    signals.worker_ready.connect(lambda **_: watch.start(), weak=False)


@signals.setup_logging.connect
def log_as_web_processes_do(**kwargs: Any) -> None:
    """Instead of Celery's own lines, which would hold what a task was called with."""
    logging.config.dictConfig(to_console(ProductionLogs.read()))


@signals.beat_init.connect
def prepare_beat(**kwargs: Any) -> None:
    """Say in one sentence that there is nowhere to send to."""
    logging.getLogger("celery.beat").setLevel(logging.WARNING)  # a line per second
    try:
        refuse_wrong_names()
        require(_BROKER, _address(_BROKER))
    except (ImproperlyConfigured, RedisAway) as error:
        raise SystemExit(f"The clock does not start: {error}") from None


def _prepare_inference() -> str:
    """Prove the engine, in a process of its own; return the hash of its artefact.

    Not here, since the pool's processes are forks of this one, and no library that
    has threads survives a fork well.
    """
    config = EngineSettings.read().config()
    spawn = multiprocessing.get_context("spawn")
    # Niced as the pool is, or one that starts would hold up those that work.
    with ProcessPoolExecutor(1, spawn, initializer=engine_worker.start) as proof:
        proof.submit(engine_worker.ready, config).result()
        model = proof.submit(engine_worker.artefact_hash, config.artefact).result()
    load = partial(_load_engine, config, model)
    signals.worker_process_init.connect(load, weak=False)
    import inference.cluster.tasks  # noqa: F401, PLC0415 -- a task of these workers alone

    return model


def _load_engine(config: EngineConfig, model: str, **kwargs: Any) -> None:
    """In each process of the pool, before its first task."""
    from inference.cluster.tasks import BatchHandler, use_handler  # noqa: PLC0415 -- as above

    try:
        engine_worker.start()
        engine_worker.ready(config)
        use_handler(BatchHandler(connect(_address(_LIVE)), model=model))
    except Exception:  # Celery would log it and go on without an engine
        logger.exception("A process of the pool has no engine and ends")
        logging.shutdown()
        os._exit(1)
    with _loaded.get_lock():
        _loaded.value += 1


def _set_django_up(app: Celery) -> None:
    """Give the workers that keep house what Celery would give to all: Django."""
    import django  # noqa: PLC0415 -- none of it where frames are read
    from celery.fixups.django import DjangoFixup  # noqa: PLC0415

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fer_platform.settings.demo")
    DjangoFixup(app).install()
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise SystemExit(f"The worker does not start: {error}") from None
    _leave_no_pool()
    import sessions_app.tasks  # noqa: F401, PLC0415 -- needs the apps
    from sessions_app import health  # noqa: PLC0415 -- as above

    try:
        health.check_database()
    except health.PartAway as error:
        raise SystemExit(f"The worker does not start: {error}") from None


def _leave_no_pool() -> None:
    """Have each thread open a connection of its own.

    Celery closes Django's pool before and after each task, under the threads of the postman,
    too, which outlive the task that began them.
    """
    from django.conf import settings  # noqa: PLC0415 -- as above

    for database in settings.DATABASES.values():
        database.get("OPTIONS", {}).pop("pool", None)


def _only_queue(queues: Any) -> str:
    named = queues.split(",") if isinstance(queues, str) else list(queues)
    if len(named) != 1:
        raise NoOneQueue("name one queue: -Q inference or -Q default.")
    return str(named[0])


def _address(name: str) -> str:
    return Stores.read().address(name)


def _finished() -> int:
    """How many tasks this worker's pool began and no longer has, and messages it refused."""
    return int(state.all_total_count[0]) - len(state.active_requests) + refused()


def _end() -> None:
    """End at once, for the supervisor; the pool's processes die with this one."""
    logging.shutdown()
    sys.stderr.flush()
    os._exit(1)
