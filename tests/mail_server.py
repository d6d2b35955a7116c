"""A real mail server: it speaks TLS, asks for a log-in, refuses, and keeps what it took."""

import asyncio
import contextlib
import socket
import ssl
import threading
import time
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from tests.ports import free_port

LOG_IN = ("classmood", "a-word-that-is-in-no-log")


class MailServer:
    """Takes mails at 127.0.0.1.

    Args:
        certificate: The files of its certificate and key; without, it speaks no TLS.
        tls: From the first byte; otherwise by STARTTLS, which it then insists on.
        log_in: Whether it takes mails of nobody but `LOG_IN`.
        port: Where it listens; without, at a free one.
    """

    def __init__(self, *, certificate=None, tls=False, log_in=False, port=None):
        self.mails, self.says, self.port = [], {}, port or free_port()
        self.ids, self.delay_s = [], 0.0  # of all that was handed in; before an answer
        context = None
        if certificate:
            context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            context.load_cert_chain(*map(str, certificate))
        options = {
            "authenticator": self._authenticate,
            "auth_required": log_in,
            "auth_require_tls": bool(certificate) and not tls,
        }
        if tls:
            options["ssl_context"] = context
        elif certificate:
            options |= {"tls_context": context, "require_starttls": True}
        self._controller = Controller(
            self, hostname="127.0.0.1", port=self.port, **options
        )

    def __enter__(self):
        self._controller.start()
        return self

    def __exit__(self, *_):
        self._controller.stop()

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        envelope.mail_from = address
        return self.says.get("MAIL", "250 good")

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        envelope.rcpt_tos.append(address)
        return self.says.get("RCPT", "250 good")

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.ids.append(mail["Message-ID"])
        await asyncio.sleep(self.delay_s)
        said = self.says.get("DATA", "250 good")
        if said.startswith("250"):
            self.mails.append(mail)
        return said

    def _authenticate(self, server, session, envelope, mechanism, data):
        given = isinstance(data, LoginPassword) and (data.login, data.password)
        wanted = tuple(word.encode() for word in LOG_IN)
        return AuthResult(success=given == wanted, handled=False)


@contextlib.contextmanager
def dripping_server():
    """A port that greets for minutes, a letter now and then."""

    def greet():
        with contextlib.suppress(OSError):  # one of the two hangs up
            connection, _ = listens.accept()
            with connection:
                for letter in b"220 " + b"x" * 1000:
                    connection.sendall(bytes([letter]))
                    time.sleep(0.3)

    with socket.create_server(("127.0.0.1", 0)) as listens:
        threading.Thread(target=greet, daemon=True).start()
        yield listens.getsockname()[1]


@contextlib.contextmanager
def silent_server():
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listens:
        yield listens.getsockname()[1]
