"""Run the platform as one process: pages, sockets, engine pool and clock."""

import asyncio
import logging
import os
from argparse import ArgumentParser
from collections.abc import Coroutine
from typing import Any

from daphne.server import Server, twisted_loop  # isort: skip -- installs the reactor
from daphne.endpoints import build_endpoint_description_strings
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from inference.artefact import ArtefactRefused
from inference.detection.files import ModelFileMissing
from sessions_app.dispatch.heartbeat import beat
from sessions_app.dispatch.live import LivePath, local_live_path, start_with
from sessions_app.ticker import Ticker

logger = logging.getLogger(__name__)

MAX_MESSAGE_BYTES = 128 * 1024


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
        if settings.FER_DEMO and options["bind"] not in {"127.0.0.1", "localhost"}:
            self.stderr.write("The demo has no secrets: it listens on 127.0.0.1 only.")
            raise SystemExit(2)
        self._tasks: list[asyncio.Task[None]] = []
        forwarded = "X-Forwarded-For" if options["behind_proxy"] else None
        self._address = f"http://{options['bind']}:{options['port']}/"
        Server(
            import_string(settings.ASGI_APPLICATION),
            endpoints=build_endpoint_description_strings(
                host=options["bind"], port=options["port"]
            ),
            websocket_max_message_size=MAX_MESSAGE_BYTES,
            websocket_max_frame_size=MAX_MESSAGE_BYTES,
            proxy_forwarded_address_header=forwarded,
            ready_callable=self._on_ready,
        ).run()

    def _on_ready(self) -> None:
        self._follow(self._start(start_with(local_live_path())))

    async def _start(self, live: LivePath) -> None:
        if live.executor is not None:
            await live.executor.start()
        for work in (live.run(), Ticker(live).run(), beat()):
            self._follow(work)
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
