"""The worker that keeps house sends what waits, while other tasks come and go."""

import os
import subprocess
import sys

import pytest
from celery import Celery

from fer_platform.celery import DEFAULT
from tests.celery_worker import ROOT, CeleryWorker, until
from tests.mail_server import MailServer
from tests.postgresql import throw_away_postgresql

pytestmark = [pytest.mark.long, pytest.mark.real, pytest.mark.timeout(900)]

PUT = (
    "from sessions_app.services import outbox; "
    "outbox.put('test', to='ada@school.example')"
)


@pytest.fixture
def environment(servers):
    """A cluster's, with a database of its own and a mail server."""
    broker, live = servers
    with throw_away_postgresql() as database, MailServer() as mail_server:
        yield (
            mail_server,
            {
                "DJANGO_SETTINGS_MODULE": "fer_platform.settings.demo",
                "FER_DATABASE_URL": database.url,
                "FER_REDIS_URL": broker.url,
                "FER_LIVE_REDIS_URL": live.url,
                "FER_EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                "FER_EMAIL_HOST": "127.0.0.1",
                "FER_EMAIL_PORT": str(mail_server.port),
            },
        )


def manage(environment, *words):
    command = [sys.executable, "manage.py", *words]
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True)


def test_a_mail_leaves_while_other_tasks_come_and_go(servers, environment):
    (broker, live), (mail_server, settings) = servers, environment
    manage(settings, "migrate", "-v0")
    manage(settings, "shell", "-v0", "-c", PUT)
    worker = CeleryWorker(DEFAULT, broker=broker, live=live, **settings).start()
    app = Celery(broker=broker.url, fixups=[])

    def arrived():
        for task in ("send_what_waits", "close_minutes"):
            app.send_task(f"sessions_app.tasks.{task}", queue=DEFAULT)
        return mail_server.mails

    try:
        until(arrived)
    finally:
        worker.stop()

    [mail] = mail_server.mails
    assert mail["To"] == "ada@school.example"
