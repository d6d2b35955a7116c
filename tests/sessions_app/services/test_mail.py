"""What stands in the way of a mail, said in one sentence; against real mail servers."""

import os
import socket
import ssl
import time

import pytest
from django.core.management import CommandError, call_command

from tests.certificates import certificate
from tests.mail_server import LOG_IN, MailServer, dripping_server, silent_server
from tests.ports import free_port

pytestmark = pytest.mark.real

TO = "ada@school.example"
SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture(scope="module")
def of_here(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("mail"), "here", "IP:127.0.0.1")


@pytest.fixture(scope="module")
def of_elsewhere(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("mail"), "there", "DNS:other.example")


@pytest.fixture
def trusted(of_here, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(of_here[0]))


@pytest.fixture
def try_it(settings, capsys):
    """Run the command against a port; what it says."""

    def run(port, security="none", log_in=None, host="127.0.0.1"):
        settings.EMAIL_BACKEND = SMTP
        settings.EMAIL_HOST, settings.EMAIL_PORT = host, port
        settings.EMAIL_TIMEOUT = 2
        settings.EMAIL_USE_TLS = security == "starttls"
        settings.EMAIL_USE_SSL = security == "tls"
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = log_in or ("", "")
        try:
            call_command("mail_test", TO)
        except CommandError as error:
            return str(error)
        return capsys.readouterr().out

    return run


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_mail_leaves_by_tls_and_with_a_log_in(try_it, of_here, security):
    tls = security == "tls"
    with MailServer(certificate=of_here, tls=tls, log_in=True) as server:
        said = try_it(server.port, security, LOG_IN)

    [mail] = server.mails
    assert said.startswith(f"127.0.0.1 accepted the mail to {TO}")
    assert (mail["To"], mail["Auto-Submitted"]) == (TO, "auto-generated")


def test_without_tls_and_log_in_too(try_it):
    with MailServer() as server:
        try_it(server.port)

    assert len(server.mails) == 1


def test_a_backend_that_is_no_mail_server_is_said_so(capsys):
    call_command("mail_test", TO)

    assert capsys.readouterr().out.startswith("Nothing left: FER_EMAIL_BACKEND is ")


@pytest.mark.parametrize("address", ["ada", "ada@school.example\nBcc: x@y.example", ""])
def test_what_is_no_address_is_refused(address):
    with pytest.raises(CommandError, match="no e-mail address"):
        call_command("mail_test", address)


def test_a_name_that_nobody_knows(try_it, monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    said = try_it(25, host="mail.nowhere.example")

    assert said == (
        "The mail server's name mail.nowhere.example is unknown. Check FER_EMAIL_HOST."
    )


def test_a_port_at_which_nobody_listens(try_it):
    port = free_port()

    assert try_it(port).startswith(f"No mail server listens at 127.0.0.1:{port}.")


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_a_server_that_hangs(try_it, security):
    with silent_server() as port:
        said = try_it(port, security)

    assert said.startswith(f"127.0.0.1:{port} did not answer within 2 seconds.")


def test_a_server_that_sends_a_letter_now_and_then(try_it):
    began = time.monotonic()

    with dripping_server() as port:
        said = try_it(port)

    assert said.startswith(f"127.0.0.1:{port} did not answer within 2 seconds.")
    assert time.monotonic() - began < 20  # of the 300 that it would take


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_and_of_somebody_else(
    try_it, of_here, of_elsewhere, security, monkeypatch
):
    tls = security == "tls"
    with MailServer(certificate=of_here, tls=tls) as server:
        said = try_it(server.port, security)
    assert said.startswith("The certificate of 127.0.0.1 is not trusted (self-signed")
    assert server.mails == []

    monkeypatch.setenv("SSL_CERT_FILE", str(of_elsewhere[0]))
    with MailServer(certificate=of_elsewhere, tls=tls) as server:
        said = try_it(server.port, security)
    assert "not trusted (IP address mismatch" in said
    assert server.mails == []


@pytest.mark.usefixtures("trusted")
def test_the_wrong_kind_of_tls(try_it, of_here):
    with MailServer(certificate=of_here) as server:
        assert "127.0.0.1 wants TLS first (530)" in try_it(server.port)
        assert "does not speak TLS from the first byte" in try_it(server.port, "tls")
    with MailServer(certificate=of_here, tls=True) as server:
        assert "FER_EMAIL_SECURITY=tls" in try_it(server.port)
    with MailServer() as server:
        assert "offers no STARTTLS" in try_it(server.port, "starttls")


@pytest.mark.usefixtures("trusted")
def test_log_ins_that_are_refused_missing_or_not_offered(try_it, of_here, caplog):
    wrong = ("classmood", "another-secret-word")
    with MailServer(certificate=of_here, log_in=True) as server:
        said = try_it(server.port, "starttls", wrong)
        assert said.startswith("127.0.0.1 refuses the log-in (535).")
        assert "wants a log-in (530)" in try_it(server.port, "starttls")
        assert "offers no log-in" in try_it(server.port, "none", wrong)

    assert "another-secret-word" not in caplog.text + said


@pytest.mark.parametrize(
    ("step", "answer", "sentence"),
    [
        ("MAIL", "550 not you", "does not accept mails from"),
        ("MAIL", "451 later", "does not accept mails from"),
        ("MAIL", "552 too big", "does not accept this e-mail: 552 too big."),
        ("RCPT", "550 no such user", "does not accept this e-mail: 550 no such user."),
        ("RCPT", "450 grey", "does not accept this e-mail: 450 grey."),
        ("DATA", "554 spam", "does not accept this e-mail: 554 spam."),
    ],
)
def test_a_server_that_refuses(try_it, step, answer, sentence):
    with MailServer() as server:
        server.says[step] = answer

        assert sentence in try_it(server.port)


def test_a_line_that_is_cut(try_it):
    with silent_server() as port, pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket.socket, "connect", _unreachable)

        assert "cannot be reached: Network is unreachable." in try_it(port)


def _unreachable(*_):
    raise OSError(101, os.strerror(101))


def test_certificates_are_read_anew_for_each_mail(of_here, monkeypatch):
    """SSL_CERT_FILE, which the sentence names, is OpenSSL's own variable."""
    monkeypatch.setenv("SSL_CERT_FILE", str(of_here[0]))

    assert len(ssl.create_default_context().get_ca_certs()) == 1
