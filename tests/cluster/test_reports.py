"""After a lesson its report arrives by mail, also where its maker was killed over it."""

import asyncio
import os
import signal

import pytest

from sessions_app.lab.simulated_clients import Teacher
from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD
from tests.cluster.topology import until
from tests.mail_server import MailServer

pytestmark = [pytest.mark.long, pytest.mark.timeout(600)]  # it starts the cluster

DRAWER = "sessions_app.reports.draw_pdf"
ARRIVES_WITHIN_S = 240  # on a busy machine; a claim of who was killed lasts 45 s


@pytest.fixture(scope="module")
def mail_server(platform):
    with MailServer(port=platform.mail_port) as server:
        yield server


def hold_lesson(platform, title):
    """Have a teacher ask for reports by mail, open a lesson and end it."""

    async def hold():
        email, name, _role = ACCOUNTS[0]
        teacher = Teacher(platform.url)
        await teacher.log_in(email, PASSWORD)
        account = {"name": name, "time_zone": "Europe/Berlin"}
        await teacher.post("/security/", mails_reports="on", **account)
        path, _code = await teacher.open_class(title, interval_s=1)
        await teacher.post(f"{path}end/")
        await teacher.leave()

    asyncio.run(hold())


def report_of(platform, title):
    [row] = platform.rows(
        "SELECT report.* FROM sessions_app_report report"
        " JOIN sessions_app_classsession lesson ON lesson.id = report.session_id"
        " WHERE title = %s",
        title,
    )
    return row


def mails_about(server, title):
    return [mail for mail in server.mails if title in mail["Subject"]]


def all_sent(platform):
    """Whether nothing is left to send."""
    rows = platform.rows("SELECT state FROM sessions_app_outgoingmail")
    return {row["state"] for row in rows} == {"sent"}


def test_a_lessons_report_arrives_after_its_end(platform, mail_server):
    hold_lesson(platform, "Rings")

    until(lambda: mails_about(mail_server, "Rings"), within_s=ARRIVES_WITHIN_S)

    report = report_of(platform, "Rings")
    assert (report["state"], report["tries"]) == ("ready", 1)
    [mail] = mails_about(mail_server, "Rings")
    assert mail["To"] == ACCOUNTS[0][0]
    [file] = mail.iter_attachments()
    assert file.get_content_type() == "application/pdf"
    assert file.get_content().startswith(b"%PDF-")


def test_a_report_whose_maker_is_killed_is_made_by_the_next_one(platform, mail_server):
    drawers = []

    def is_drawn():
        drawers.append(platform.started_by("housekeeper", DRAWER))
        return drawers[-1]

    hold_lesson(platform, "Fields")
    until(is_drawn, within_s=ARRIVES_WITHIN_S, every_s=0.01)
    os.kill(drawers[-1], signal.SIGSTOP)
    before = report_of(platform, "Fields")
    platform.kill_with_all("housekeeper")

    until(lambda: mails_about(mail_server, "Fields"), within_s=ARRIVES_WITHIN_S)
    until(lambda: all_sent(platform), within_s=ARRIVES_WITHIN_S)

    assert (before["state"], before["tries"]) == ("making", 1)
    report = report_of(platform, "Fields")
    assert (report["state"], report["tries"]) == ("ready", 2)
    assert len(mails_about(mail_server, "Fields")) == 1
