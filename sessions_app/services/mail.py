"""The way to the mail server, what stands in it in one sentence, and its limit."""

import smtplib
import socket
import ssl
from unicodedata import normalize

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django_ratelimit.core import is_ratelimited

from sessions_app.services.deliveries import CannotLeave
from sessions_app.services.smtp import PromptBackend, TooSlow

_MOST_QUOTED = 120  # characters of a server's own words
_TLS_FIRST, _LOG_IN_FIRST, _TOO_LARGE = b"STARTTLS", 530, 552


def send(message: EmailMessage) -> None:
    """Hand a mail to the mail server, and wait for its OK.

    Raises:
        CannotLeave: With what is wrong, and what to do about it.
    """
    if type(get_connection()) is EmailBackend:
        message.connection = PromptBackend()
    try:
        message.send()
    except OSError as error:  # all of smtplib's and ssl's are
        raise _refusal(error) from None


def knock() -> None:
    """Log in at the mail server, and send nothing.

    Raises:
        CannotLeave: As `send`; a sender or recipient that it would refuse is not asked.
    """
    try:
        with PromptBackend():
            pass
    except OSError as error:
        raise _refusal(error) from None


def is_one_too_many(address: str) -> bool:
    """Count a mail to an address; whether its mailbox has had enough for now."""
    return bool(
        is_ratelimited(
            HttpRequest(),  # the library wants one
            group="mailbox",
            # As Django compares: one mailbox may be spelt with other letters, too.
            key=lambda *_: normalize("NFKC", address).casefold(),
            rate=settings.FER_MAIL_RATE,
            increment=True,
        )
    )


def _refusal(error: OSError) -> CannotLeave:
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _of_this_mail(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPDataError):
        return _of_this_mail(error.smtp_code, error.smtp_error)
    if isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == _TOO_LARGE:
        # The size is told beside the sender.
        return _of_this_mail(error.smtp_code, error.smtp_error)
    names = {
        "host": settings.EMAIL_HOST,
        "where": f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}",
        "seconds": settings.EMAIL_TIMEOUT,
        "sender": settings.DEFAULT_FROM_EMAIL,
    }
    return CannotLeave(_sentence(error, names), nor_others=True)


def _of_this_mail(code: int, said: bytes | str) -> CannotLeave:
    """The server took the log-in and the sender, and not this recipient or text."""
    words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    shown = "".join(c if c.isprintable() else " " for c in words)[:_MOST_QUOTED]
    sentence = _("The mail server does not accept this e-mail: %(code)s %(said)s.")
    return CannotLeave(
        sentence % {"code": code, "said": shown.strip().rstrip(".")},
        for_good=code >= 500,
    )


def _sentence(error: OSError, names: dict[str, object]) -> str:
    if isinstance(error, smtplib.SMTPException):
        return _of_smtp(error, names)
    if isinstance(error, socket.gaierror):
        said = _("The mail server's name %(host)s is unknown. Check FER_EMAIL_HOST.")
        return said % names
    if isinstance(error, ConnectionRefusedError):
        said = _(
            "No mail server listens at %(where)s. Check FER_EMAIL_HOST and "
            "FER_EMAIL_PORT."
        )
        return said % names
    if isinstance(error, TimeoutError):
        return _hangs(names)
    if isinstance(error, ssl.SSLCertVerificationError):
        said = _(
            "The certificate of %(host)s is not trusted (%(reason)s). FER_EMAIL_HOST "
            "must be the name in it; SSL_CERT_FILE may name an authority of your own."
        )
        return said % {**names, "reason": error.verify_message.rstrip(".")}
    if isinstance(error, ssl.SSLError):
        said = _(
            "%(where)s does not speak TLS from the first byte. Set FER_EMAIL_SECURITY "
            "to starttls, or FER_EMAIL_PORT to the port for TLS, usually 465."
        )
        return said % names
    said = _("The mail server at %(where)s cannot be reached: %(reason)s.")
    return said % {**names, "reason": error.strerror or type(error).__name__}


def _of_smtp(error: smtplib.SMTPException, names: dict[str, object]) -> str:
    if isinstance(error, smtplib.SMTPServerDisconnected):
        if isinstance(error, TooSlow) or isinstance(error.__context__, TimeoutError):
            return _hangs(names)
        said = _(
            "%(where)s ended the connection. If it expects TLS from the first byte, set "
            "FER_EMAIL_SECURITY to tls."
        )
        return said % names
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _not_offered(error, names)
    if isinstance(error, smtplib.SMTPAuthenticationError):
        said = _(
            "%(host)s refuses the log-in (%(code)s). Check FER_EMAIL_USER and "
            "FER_EMAIL_PASSWORD."
        )
    elif isinstance(error, smtplib.SMTPSenderRefused):
        said = _of_the_sender(error)
    else:
        said = _("%(where)s turns mails away (%(code)s).")
    return said % {**names, "code": getattr(error, "smtp_code", "-")}


def _not_offered(error: smtplib.SMTPException, names: dict[str, object]) -> str:
    if settings.EMAIL_USE_TLS and "STARTTLS" in str(error):
        said = _(
            "%(where)s offers no STARTTLS. Set FER_EMAIL_SECURITY to tls and "
            "FER_EMAIL_PORT to the port for it, usually 465."
        )
    else:
        said = _(
            "%(where)s offers no log-in. Set FER_EMAIL_SECURITY to starttls if it wants "
            "TLS first, or unset FER_EMAIL_USER if it wants none."
        )
    return said % names


def _of_the_sender(error: smtplib.SMTPSenderRefused) -> str:
    said = error.smtp_error
    if _TLS_FIRST in (said if isinstance(said, bytes) else said.encode()).upper():
        return _(
            "%(host)s wants TLS first (%(code)s). Set FER_EMAIL_SECURITY to starttls."
        )
    if error.smtp_code == _LOG_IN_FIRST:
        return _(
            "%(host)s wants a log-in (%(code)s). Set FER_EMAIL_USER and "
            "FER_EMAIL_PASSWORD."
        )
    return _(
        "%(host)s does not accept mails from %(sender)s (%(code)s). Check FER_EMAIL_FROM."
    )


def _hangs(names: dict[str, object]) -> str:
    said = _(
        "%(where)s did not answer within %(seconds)s seconds. Check FER_EMAIL_PORT and "
        "the firewall; a server that expects TLS from the first byte needs "
        "FER_EMAIL_SECURITY=tls."
    )
    return said % names
