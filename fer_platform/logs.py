"""Log lines as JSON, each with the request and the class session that it belongs to.

A line holds these fields and no others: what a library attaches to a record (SQL
parameters, whole requests) stays out. In either form, so does what databases quote in
errors, and the part of an address that lets its reader in.
"""

import datetime as dt
import json
import logging
import re
import uuid
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from typing import Any

from fer_platform.environment.groups import Logs

Message = dict[str, Any]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[..., Awaitable[None]]  # of ASGI

HEADER = b"x-request-id"
_GIVEN = re.compile(rb"[\w.-]{8,64}")  # a proxy's own id, so that both logs agree
_SUSPECTED = "django.security."  # and the name of what Django raised
_SESSION = re.compile(r"/sessions/([0-9a-f-]{36})/")
# PostgreSQL quotes the row that it refuses; redis-py the command, values and all.
_QUOTED = re.compile(r"^DETAIL:.*\n?|Command # [\s\S]*? of pipeline ", re.MULTILINE)
# Of an invitation, of a password reset, of a class, of what a learning platform opens:
# anybody with the address gets in.
_KEY_IN_ADDRESS = re.compile(
    r"(/welcome/|/calendar/|/password-reset/[^/\s]+/|/login/code/mailed/[^/\s]+/|/j/"
    r"|/lti/open/|/lti/register/|/overlay/)[^/\s?'\"]+"
)
_KEY_IN_QUERY = re.compile(r"([?&]code=)[^&\s'\"]+")

_context: ContextVar[dict[str, str]] = ContextVar("log_context")


class LogContext:
    """Give every request and every socket an id, and its log lines the ids."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Message, receive: object, send: Send) -> None:
        request_id = _request_id(scope)
        found = _SESSION.search(scope.get("path", ""))
        session = {"session_id": found[1]} if found else {}
        _context.set({"request_id": request_id} | session)

        async def tell(message: Message) -> None:
            if message["type"] == "http.response.start":
                header = (HEADER, request_id.encode())
                message["headers"] = [*message.get("headers", ()), header]
            await send(message)

        await self._application(scope, receive, tell)


class WithoutRefusals(logging.Filter):
    """Drop the traceback of an answer that is no fault of ours: a 403, a 404, a 410.

    Of a request that Django suspects (a foreign name in `Host`, too many fields) one
    line stays, without the text that came with it.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name == "django.request" and record.levelno < logging.ERROR:
            record.exc_info = record.exc_text = None
        if record.exc_info and record.name.startswith(_SUSPECTED):
            why = record.name.removeprefix(_SUSPECTED)
            record.msg, record.args = f"A request was refused: {why}", ()
            record.levelno, record.levelname = logging.WARNING, "WARNING"
            record.exc_info = record.exc_text = None
        return True


class JsonFormatter(logging.Formatter):
    """One line of JSON per record."""

    def format(self, record: logging.LogRecord) -> str:
        at = dt.datetime.fromtimestamp(record.created, tz=dt.UTC)
        line = {
            "time": at.isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": without_secrets(record.getMessage()),
            **_context.get({}),
        }
        if record.exc_info:
            line["error"] = without_secrets(self.formatException(record.exc_info))
        return json.dumps(line)


class PlainFormatter(logging.Formatter):
    """The same for a reader's eyes."""

    def format(self, record: logging.LogRecord) -> str:
        return without_secrets(super().format(record))


def to_console(logs: Logs) -> dict[str, Any]:
    """What `dictConfig` needs, alike for web processes and workers."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "plain": {
                "()": "fer_platform.logs.PlainFormatter",
                "format": "{asctime} {levelname} {name} {message}",
                "style": "{",
            },
            "json": {"()": "fer_platform.logs.JsonFormatter"},
        },
        "filters": {"refusals": {"()": "fer_platform.logs.WithoutRefusals"}},
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "formatter": logs.log_format,
                "filters": ["refusals"],
            }
        },
        "root": {"handlers": ["console"], "level": logs.log_level},
        "loggers": {
            # Django gives it a console of its own in debugging, which knows no secrets.
            "django": {"handlers": [], "level": "NOTSET"},
            "django.template": {"level": "INFO"},  # prints all that a page is made of
            "axes": {"level": "WARNING"},
            "fido2": {"level": "WARNING"},  # names each passkey that is used
            "celery.app.trace": {"level": "WARNING"},  # a line per batch otherwise,
            "celery.worker.strategy": {"level": "WARNING"},  # and another one
            "psycopg.pool": {"level": "ERROR"},  # what it warns of is raised as well
        },
    }


def without_secrets(text: str) -> str:
    """A message without what a database quotes in it and what opens a door."""
    text = _KEY_IN_ADDRESS.sub(r"\1…", _QUOTED.sub("", text))
    return _KEY_IN_QUERY.sub(r"\1…", text)


def _request_id(scope: Message) -> str:
    given = dict(scope.get("headers", ())).get(HEADER, b"")
    return given.decode() if _GIVEN.fullmatch(given) else uuid.uuid4().hex
