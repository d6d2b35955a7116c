"""Django's way to a mail server, on which each whole answer has its time, not each byte.

So a mail's lease (services/outbox) lasts, and a server that drips holds up no other mail.
"""

import smtplib

from django.core.mail.backends.smtp import EmailBackend

from sessions_app.services.hanging_up import hang_up_after


class TooSlow(smtplib.SMTPServerDisconnected):
    """An answer was not whole in time."""


class PromptBackend(EmailBackend):
    """Gives a mail server `EMAIL_TIMEOUT` seconds for each of its answers."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _PromptTls if self.use_ssl else _Prompt


class _Prompt(smtplib.SMTP):
    def getreply(self) -> tuple[int, bytes]:
        assert self.sock is not None
        with hang_up_after(self.timeout, self.sock) as cut:
            try:
                return super().getreply()
            finally:
                if cut.is_set():  # what came is a part of an answer, or none
                    self.close()
                    raise TooSlow


class _PromptTls(_Prompt, smtplib.SMTP_SSL):
    """The same, by TLS from the first byte."""
