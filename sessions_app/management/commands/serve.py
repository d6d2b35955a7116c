"""Run the platform as one process: pages, sockets, engine pool and clock."""

import asyncio
import gc
import logging
import os
import sys
from argparse import ArgumentParser
from collections.abc import Coroutine
from contextlib import suppress
from pathlib import Path
from typing import Any

from daphne.server import twisted_loop  # isort: skip -- installs the reactor
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from inference.artefact import ArtefactRefused
from inference.detection.files import ModelFileMissing
from inference.engine_worker import leave_no_core
from sessions_app.backups.in_use import claim
from sessions_app.health import PartAway, require_parts
from sessions_app.live.daphne_server import server
from sessions_app.live.executors import BatchExecutor
from sessions_app.live.loop_lag import measure
from sessions_app.live.path_by_settings import live_path_by_settings
from sessions_app.live.pipeline import start_with
from sessions_app.live.ticker import Ticker
from sessions_app.models.erasure import erase_at_the_end
from sessions_app.services import postman
from sessions_app.web.file_handles import allow_many_sockets

logger = logging.getLogger(__name__)


# How long a thread of a page keeps Python to itself before the sockets have their turn,
# each time they ask. With Python's own 5 ms, a frame waits several times that long.
_TURN_S = 0.0001
# How many new objects a collection of garbage waits for, and how many of the younger
# ones those of older objects wait for. A full one holds every thread and socket up.
_COLLECT_AFTER = (5_000, 10, 40)
_OF_THIS_MACHINE = {"127.0.0.1", "localhost", "::1"}


class Command(BaseCommand):
    help = "Serve pages and sockets, analyse frames and close minutes in one process."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument(
            "--behind-proxy",
            action="store_true",
            help="take the client's address from X-Forwarded-For",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.FER_DEMO and options["bind"].strip("[]") not in _OF_THIS_MACHINE:
            self.stderr.write("The demo has no secrets: it listens on 127.0.0.1 only.")
            raise SystemExit(2)
        try:
            require_parts()
        except (PartAway, ArtefactRefused) as error:
            raise CommandError(str(error), returncode=os.EX_UNAVAILABLE) from error
        _claim_the_database()
        self._tasks: list[asyncio.Task[None]] = []
        self._executor: BatchExecutor | None = None
        bind = options["bind"].strip("[]")
        host = f"[{bind}]" if ":" in bind else bind
        self._address = f"http://{host}:{options['port']}/"
        leave_no_core()
        sys.setswitchinterval(_TURN_S)
        allow_many_sockets()
        try:
            server(
                bind=options["bind"],
                port=options["port"],
                behind_proxy=options["behind_proxy"],
                ready=self._on_ready,
            ).run()
        finally:
            if self._executor is not None:  # or a hung worker would hold up the end
                twisted_loop.run_until_complete(self._executor.close())
        with suppress(DatabaseError):
            erase_at_the_end()
        # Threads of requests that were cut off wait for the loop, which is over, for good.
        logging.shutdown()
        os._exit(os.EX_OK)

    def _on_ready(self) -> None:
        self._follow(self._start())

    async def _start(self) -> None:
        live = start_with(live_path_by_settings())
        self._executor = live.executor
        if live.executor is not None:
            await live.executor.start()
        ticker = Ticker(live, closes_minutes=not settings.FER_CLUSTER)
        clock = (ticker.run, ticker.heed_silence)
        for run in (live.run, *clock, measure, *live.companions):
            self._follow(run())
        if not settings.FER_CLUSTER:
            self._follow(postman.run())
        _pass_over_what_lasts()
        self.stdout.write(f"Ready: {self._address}")
        self.stdout.flush()

    def _follow(self, work: Coroutine[Any, Any, None]) -> None:
        task = twisted_loop.create_task(work)
        task.add_done_callback(self._end_if_dead)
        self._tasks.append(task)

    def _end_if_dead(self, task: asyncio.Task[None]) -> None:
        """A server without its clock or dispatcher looks alive and is not: end it."""
        if task.cancelled() or (error := task.exception()) is None:
            return
        explained = isinstance(error, ArtefactRefused | ModelFileMissing)
        trace = None if explained else error
        logger.critical("The server ends: %s", error, exc_info=trace)
        logging.shutdown()
        os._exit(1)


def _pass_over_what_lasts() -> None:
    """Let collections of garbage be seldom, and leave out what was loaded at the start."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECT_AFTER)


def _claim_the_database() -> None:
    """Let no restore take the file away while this process serves from it.

    Raises:
        CommandError: If one is under way.
    """
    if connection.vendor != "sqlite":
        return
    if not claim(Path(str(connection.settings_dict["NAME"])), alone=False):
        raise CommandError("A backup is being restored; start again once it is done.")
