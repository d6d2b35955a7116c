"""The platform as a browser meets it: by its public address, through the proxy."""

import base64
import datetime as dt
import hashlib
import http.client
import secrets
import ssl
from dataclasses import dataclass
from email.message import Message
from email.utils import parsedate_to_datetime
from typing import Self
from urllib.parse import urlsplit

_ANSWERS_WITHIN_S = 10
_MOST_READ = 1_000_000  # bytes of a page
_OF_THE_PROTOCOL = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3


class NoAnswer(Exception):
    """Nothing that speaks HTTP answers; the text says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    `shakes_hands` is whether it was the answer to a WebSocket's request: status 101, and
    the hash that only a server of WebSockets makes.
    """

    status: int
    headers: Message
    body: bytes
    asked_at: dt.datetime
    shakes_hands: bool = False

    def all_of(self, name: str) -> list[str]:
        """Each header of a name."""
        return [str(value) for value in self.headers.get_all(name, [])]

    @property
    def date(self) -> dt.datetime | None:
        """The server's clock; None where it does not tell it."""
        try:
            return parsedate_to_datetime(self.headers["Date"])
        except (TypeError, ValueError):
            return None


@dataclass(frozen=True, slots=True)
class Certificate:
    """From when to when it is valid."""

    since: dt.datetime
    until: dt.datetime

    @classmethod
    def of(cls, seen: "ssl._PeerCertRetDictType") -> Self:
        return cls(_moment(seen["notBefore"]), _moment(seen["notAfter"]))


class Door:
    """An address like https://class.example.org.

    Args:
        url: Scheme, name and perhaps a port.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        parts = urlsplit(self.url)
        self.is_https, self.host = parts.scheme == "https", parts.hostname or ""
        self._port = parts.port

    def get(self, path: str) -> Answer:
        """Ask for a page, without following where it leads.

        Raises:
            NoAnswer: If nothing that speaks HTTP answers, or its certificate is wrong.
        """
        return self._ask(path, {})

    def shake_hands(self, path: str) -> Answer:
        """Ask for a WebSocket, and leave.

        Raises:
            NoAnswer: As `get`.
        """
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        return self._ask(
            path,
            {
                "Origin": self.url,
                "Connection": "Upgrade",
                "Upgrade": "websocket",
                "Sec-WebSocket-Version": "13",
                "Sec-WebSocket-Key": key,
            },
        )

    def certificate(self) -> Certificate:
        """The certificate, which the handshake has checked.

        Raises:
            NoAnswer: As `get`.
        """
        connection = self._connect()
        try:
            assert isinstance(connection.sock, ssl.SSLSocket)
            seen = connection.sock.getpeercert()
            assert seen, "a checked certificate is never empty"
            return Certificate.of(seen)
        finally:
            connection.close()

    def _ask(self, path: str, headers: dict[str, str]) -> Answer:
        connection = self._connect()
        try:
            asked_at = dt.datetime.now(dt.UTC)
            connection.request("GET", path, headers=headers)
            came = connection.getresponse()
            upgraded = came.status == http.client.SWITCHING_PROTOCOLS
            body = b"" if upgraded else came.read(_MOST_READ)
        except (OSError, http.client.HTTPException) as error:
            raise NoAnswer(_in_words(error)) from error
        finally:
            connection.close()
        hashed = came.headers["Sec-WebSocket-Accept"]
        fits = hashed == _expected(headers.get("Sec-WebSocket-Key", ""))
        return Answer(came.status, came.headers, body, asked_at, upgraded and fits)

    def _connect(self) -> http.client.HTTPConnection:
        kind = (
            http.client.HTTPSConnection  # checks by the authorities of the system
            if self.is_https
            else http.client.HTTPConnection
        )
        connection = kind(self.host, self._port, timeout=_ANSWERS_WITHIN_S)
        try:
            connection.connect()
        except (OSError, UnicodeError) as error:
            raise NoAnswer(_in_words(error)) from error
        return connection


def _expected(key: str) -> str:
    digest = hashlib.sha1(f"{key}{_OF_THE_PROTOCOL}".encode()).digest()
    return base64.b64encode(digest).decode()


def _moment(written: object) -> dt.datetime:
    seconds = ssl.cert_time_to_seconds(str(written))
    return dt.datetime.fromtimestamp(seconds, tz=dt.UTC)


def _in_words(error: Exception) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not accepted: {error.verify_message.rstrip('.')}"
    if isinstance(error, TimeoutError):
        return f"no answer within {_ANSWERS_WITHIN_S} s"
    reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return str(reason).rstrip(".")
