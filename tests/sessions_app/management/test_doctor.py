"""`manage.py doctor` before a served platform and its proxy, with one thing broken at a time."""

import datetime as dt
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from inference.artefact import CALIBRATION, FOLDER
from sessions_app.backups import making
from sessions_app.doctor.inside import room
from tests.certificates import certificate
from tests.mail_server import MailServer
from tests.ports import free_port
from tests.production_server import production_server
from tests.proxy import Caddy
from tests.redis_server import redis_server  # noqa: F401

pytestmark = [pytest.mark.long, pytest.mark.real, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[3]
KEY = "Fxr2-a-long-key-with-many-characters-0123456789-XYZ"
PASSWORD = "correct-horse"
POLICY = (
    "from sessions_app.models import Policy; "
    "Policy.objects.create(jurisdiction='other', min_group=10)"
)
# What a proxy may do wrong: the name of its site, and its lines.
BEHIND = "reverse_proxy 127.0.0.1:{web}"
SITES = {
    "no camera": f'header Permissions-Policy "camera=(), microphone=()"\n{BEHIND}',
    "old header": f"header Feature-Policy \"camera 'none'\"\n{BEHIND}",
    "other camera": f'header Permissions-Policy "camera=(self)"\n{BEHIND}',
    "other policy": f"header >Content-Security-Policy \"default-src 'self'\"\n{BEHIND}",
    "no policy": f"header -Content-Security-Policy\n{BEHIND}",
    "no upgrade": f"{BEHIND} {{\nheader_up -Upgrade\n}}",
    "no origin": f"{BEHIND} {{\nheader_up -Origin\n}}",
    "says http": f"{BEHIND} {{\nheader_up X-Forwarded-Proto http\n}}",
    "other host": f"{BEHIND} {{\nheader_up Host elsewhere.example\n}}",
    "another site": 'respond "Welcome"',
    "no web process": "reverse_proxy 127.0.0.1:1",
    "late clock": f'header >Date "Mon, 05 Jan 2026 10:00:00 GMT"\n{BEHIND}',
    "ends soon": f"tls {{folder}}/soon.pem {{folder}}/soon.key\n{BEHIND}",
    "ended": f"tls {{folder}}/ended.pem {{folder}}/ended.key\n{BEHIND}",
}

# Caddy shows a name the same certificate on every port.
HOSTS = {"ends soon": "127.0.0.1", "ended": "127.0.0.2"}


class Installation:
    """A platform in real use behind Caddy, with a mail server, and the doctor."""

    def __init__(self, server, proxy, sites, mail, trusted):
        self.proxy, self.sites, self.trusted = proxy, sites, trusted
        self.web_port = server.port
        self._environment = server.environment | {
            "FER_PUBLIC_URL": proxy.url,
            "FER_EMAIL_PORT": str(mail.port),
            "SSL_CERT_FILE": str(trusted),
        }

    def doctor(self, *options, **settings):
        """What it says by name, `[state, sentence, remedy]` each; and its exit code."""
        done = self.run("--json", *options, **settings)
        assert done.stdout, done.stderr
        told = json.loads(done.stdout)
        assert told["healthy"] == (done.returncode == 0)
        assert PASSWORD not in done.stdout + done.stderr
        return _by_name(told), done.returncode

    def run(self, *options, **settings):
        return subprocess.run(
            [sys.executable, "manage.py", "doctor", *options],
            cwd=ROOT,
            env=self._environment | settings,
            capture_output=True,
            text=True,
            check=False,
        )


def _by_name(told):
    found = {}
    for line in told["findings"]:
        found.setdefault(line.pop("name"), []).append(list(line.values()))
    return found


def _filled(text, where):
    for name, value in where.items():
        text = text.replace(name, value)
    return text


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    folder = tmp_path_factory.mktemp("proxy")
    made = [
        certificate(folder, "soon", "IP:127.0.0.1", days=41, days_ago=40),
        certificate(folder, "ended", "IP:127.0.0.2", days=2, days_ago=3),
    ]
    settings = {"FER_EMOTION_INFERENCE": "on", "FER_SECRET_KEY": KEY}
    with production_server(**settings) as server, MailServer() as mail:
        server.shell(
            f"{POLICY}; from sessions_app.backups import making; making.note()"
        )
        sites = {
            name: f"https://{HOSTS.get(name, 'localhost')}:{free_port()}"
            for name in SITES
        }
        where = {"{web}": str(server.port), "{folder}": str(folder)}
        lines = [
            f"{sites[name]} {{\nbind {HOSTS.get(name, '127.0.0.1')}\n{text}\n}}"
            for name, text in SITES.items()
        ]
        lines = [_filled(line, where) for line in lines]
        with Caddy(folder, server.port, "\n".join(lines)) as proxy:
            trusted = folder / "trusted.pem"
            ours = [proxy.authority, *(certificate for certificate, _ in made)]
            trusted.write_text("".join(file.read_text() for file in ours))
            yield Installation(server, proxy, sites, mail, trusted)


@pytest.fixture
def through(installation, db, monkeypatch, capsys):
    """Let the doctor of this process, which starts no other, look through a site."""
    monkeypatch.setenv("SSL_CERT_FILE", str(installation.trusted))

    def look(url, *options):
        code = 0
        try:
            call_command("doctor", "--json", "--url", url, "--skip", "mail", *options)
        except SystemExit as error:
            code = error.code
        return _by_name(json.loads(capsys.readouterr().out)), code

    return look


def states(found, *names):
    return {state for name in names or found for state, *_ in found[name]}


def test_a_whole_installation_is_healthy(installation):
    found, code = installation.doctor()

    assert code == 0
    assert states(found) == {"ok", "skipped"}, found
    assert [name for name in found if states(found, name) == {"skipped"}] == ["clock"]
    assert len(found["artefact"][0][1].split()[-1].rstrip(".")) == 12


def test_each_line_of_the_report_has_its_remedy_below(
    installation, db, monkeypatch, capsys
):
    monkeypatch.setenv("SSL_CERT_FILE", str(installation.trusted))
    url = installation.sites["other policy"]
    with pytest.raises(SystemExit):  # the policy of this process is not decided
        call_command("doctor", "--url", url, "--skip", "mail", no_color=True)

    lines = capsys.readouterr().out.splitlines()
    at = next(n for n, line in enumerate(lines) if line.startswith("WARNING headers"))
    assert "Content-Security-Policy" in lines[at]
    assert lines[at + 1].lstrip().startswith("-> Take it out of the proxy")


@pytest.mark.parametrize(
    ("site", "name", "state", "said"),
    [
        ("no camera", "headers", "fault", "forbids pages the camera"),
        ("old header", "headers", "fault", "forbids pages the camera"),
        ("other policy", "headers", "warning", "Content-Security-Policy"),
        ("no policy", "headers", "fault", "Content-Security-Policy is gone"),
        ("no upgrade", "websocket", "fault", "does not open: status"),
        ("no origin", "websocket", "fault", "does not open: status 403"),
        ("says http", "https", "fault", "leads to itself"),
        ("other host", "https", "fault", "status 400"),
        ("another site", "pages", "fault", "not as Classmood does"),
        ("no web process", "https", "fault", "status 502"),
        ("late clock", "proxy clock", "warning", "differs from this machine's by"),
        ("ends soon", "certificate", "warning", "more, until"),
        ("ended", "https", "fault", "certificate has expired"),
    ],
)
def test_what_a_proxy_does_wrong_is_named(
    installation, through, site, name, state, said
):
    found, code = through(installation.sites[site])

    assert any(s == state and said in text for s, text, _ in found[name]), found
    assert all(remedy for s, _, remedy in found[name] if s in {"fault", "warning"})
    assert code == (1 if "fault" in states(found) else 0)
    assert states(found, "database", "artefact", "migrations") == {"ok"}


def test_a_header_that_leaves_the_camera_to_this_site_is_right(installation, through):
    found, _ = through(installation.sites["other camera"])

    assert states(found, "headers", "websocket") == {"ok"}


def test_a_certificate_of_a_stranger_is_a_fault(installation, through, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/dev/null")
    found, code = through(installation.proxy.url)

    [[state, said, _]] = found["https"]
    assert (state, code) == ("fault", 1)
    assert "certificate is not accepted" in said
    assert states(found, "websocket", "pages", "headers") == {"skipped"}


@pytest.mark.parametrize(
    ("url", "state", "said"),
    [
        ("http://127.0.0.1:{web}", "fault", "status 301"),  # in production
        ("https://127.0.0.1:{web}", "fault", "cannot be read"),
        ("http://127.0.0.1:1", "fault", "Connection refused"),
        ("https://class.invalid", "fault", "cannot be read"),
        ("http://[::1", "", ""),
    ],
)
def test_without_https_no_camera_is_promised(installation, through, url, state, said):
    url = url.replace("{web}", str(installation.web_port))
    if not state:
        with pytest.raises(CommandError, match="write https"):
            through(url)
        return
    found, code = through(url)

    assert found["https"][0][0] == state
    assert said in found["https"][0][1]
    assert states(found, "certificate") == {"skipped"}
    assert code == 1


def test_what_it_stands_on_is_named(installation, tmp_path):
    found, code = installation.doctor(
        FER_SQLITE=str(tmp_path / "new.sqlite3"), FER_EMAIL_PORT="1"
    )

    assert "lacks" in found["migrations"][0][1]
    assert "manage.py migrate" in found["migrations"][0][2]
    assert "No mail server listens" in found["mail"][0][1]
    assert states(found, "websocket", "settings", "artefact") == {"ok"}
    assert states(found, "policy", "backup") == {"skipped"}  # there are no tables
    assert code == 1


@pytest.mark.parametrize(
    ("days", "state", "said"),
    [
        (None, "fault", "There is none"),
        (1, "ok", "24 hours old"),
        (3, "warning", "3 days old"),
        (8, "fault", "8 days old"),
    ],
)
def test_the_age_of_the_newest_backup_is_told(
    installation, through, time_machine, days, state, said
):
    now = timezone.now()
    if days is not None:
        time_machine.move_to(now - dt.timedelta(days=days), tick=False)
        making.note()
        time_machine.move_to(now, tick=False)
    found, _ = through("http://127.0.0.1:1")

    [[is_state, says, _]] = found["backup"]
    assert (is_state, said in says) == (state, True), says


def test_a_database_of_a_newer_version_is_named(installation, through):
    MigrationRecorder(connection).record_applied("sessions_app", "0009_later")
    found, code = through("http://127.0.0.1:1")

    assert "newer version: it has sessions_app.0009_later" in found["migrations"][0][1]
    assert code == 1


def test_a_model_whose_files_are_changed_is_named(
    installation, through, settings, tmp_path
):
    settings.FER_ARTEFACT = tmp_path / "artefact"
    shutil.copytree(FOLDER / "small", settings.FER_ARTEFACT)
    with (settings.FER_ARTEFACT / CALIBRATION).open("a") as numbers:
        numbers.write(" ")
    found, code = through(installation.proxy.url)

    assert (states(found, "artefact"), code) == ({"fault"}, 1)


def test_a_live_redis_that_writes_to_a_disk_is_a_fault(
    installation,
    redis_server,  # noqa: F811
):
    with redis_server.client() as client:
        client.config_set("save", "86400 1")  # said, and not done here
    found, code = installation.doctor(
        *("--skip", "mail"),
        FER_DATABASE_URL=f"postgresql://fer:{PASSWORD}@127.0.0.1:1/classes",
        FER_REDIS_URL=redis_server.url.replace("/0", "/1"),
        FER_LIVE_REDIS_URL=redis_server.url,
    )

    assert "127.0.0.1:1/classes does not answer" in found["database"][0][1]
    assert "writes to its disk" in found["live_redis"][0][1]
    assert states(found, "redis", "redis clock") == {"ok"}
    assert states(found, "workers", "beat") == {"fault"}
    assert code == 1


def test_a_check_that_there_is_not_cannot_be_left_out():
    with pytest.raises(CommandError, match="no check 'nonsense'; there are: https,"):
        call_command("doctor", "--skip", "nonsense")


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [
        (30e9, 100e9, "ok"),
        (1.9e9, 100e9, "warning"),
        (0.4e9, 100e9, "fault"),
        (0.4e9, 2e9, "ok"),  # a small disk
        (0.15e9, 2e9, "warning"),
        (0.05e9, 2e9, "fault"),
        (0, 0, "ok"),  # a disk that tells nothing
    ],
)
def test_a_disk_that_gets_full_is_told_early(free, total, state):
    assert room(Path("/data"), free=int(free), total=int(total)).state == state
