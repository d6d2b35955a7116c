"""Mails of a real server, whose mail server hangs and which dies meanwhile."""

import os
import re
import signal
import sqlite3
import time

import pytest

from sessions_app.lab.server_process import served
from tests.mail_server import MailServer, silent_server
from tests.sessions_app.live.consumers.real_class import SOON_S
from tests.sessions_app.privacy.browser import ADMIN, Browser

pytestmark = [pytest.mark.long, pytest.mark.real]


def settings(folder, port):
    return {
        "FER_SQLITE": str(folder / "school.sqlite3"),
        "FER_EMOTION_INFERENCE": "off",
        "FER_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "FER_EMAIL_HOST": "127.0.0.1",
        "FER_EMAIL_PORT": str(port),
        "FER_EMAIL_TIMEOUT_S": "60",
    }


def rows(folder, sql):
    with sqlite3.connect(folder / "school.sqlite3", timeout=60) as database:
        found = database.execute(sql).fetchall()
    database.close()
    return found


def wait_until(holds):
    ends_at = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < ends_at
        time.sleep(0.1)


def test_a_mail_outlives_a_server_that_dies_while_the_mail_server_hangs(tmp_path):
    mails = "SELECT state, tries FROM sessions_app_outgoingmail"
    with silent_server() as port, served(settings(tmp_path, port)) as running:
        with Browser(running.url) as admin:
            admin.log_in(ADMIN)
            began = time.monotonic()
            page = admin.submit("/people/", email="d@school.example", role="teacher")
            assert time.monotonic() - began < 30  # the mail server is given 60
            [link] = {*re.findall(r"/welcome/[\w-]+/", page.text)}
            wait_until(lambda: rows(tmp_path, mails) == [("waiting", 1)])
            assert admin.get("/mail/").status_code == 200  # pages go on meanwhile
        os.kill(running.process_id, signal.SIGKILL)

    past = "UPDATE sessions_app_outgoingmail SET due_at = '2026-01-01 00:00:00'"
    rows(tmp_path, past)  # as if the dead process's time with it were over
    with MailServer() as server, served(settings(tmp_path, server.port)):
        wait_until(lambda: rows(tmp_path, mails) == [("sent", 2)])
        time.sleep(5)  # two more looks

    [mail] = server.mails
    assert link in mail.get_content()
