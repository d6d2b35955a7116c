"""The cluster of docker-compose.yml on one machine without Docker: `make cluster`.

The file's own commands run, under supervisord, with addresses of this machine in place
of the containers' names. Redis and PostgreSQL are the system's; Caddy comes from PyPI.
"""

import argparse
import http.client
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fer_platform import native_database
from fer_platform.native_database import (
    CannotStart,
    initialise,
    program,
    unprivileged_user,
)
from inference.cluster.messages import QUEUE
from inference.cluster.redis_client import connect
from inference.cluster.watchdog import last_sign
from inference.engine_worker import leave_no_core

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = ROOT / "docker-compose.yml"
HERE = "127.0.0.1"
READY_WITHIN_S = 240
STORES = ("database", "redis", "live-redis")  # what everything else stands on
ONCE = "migrate"  # ends before the others begin


@dataclass(frozen=True)
class Program:
    """One process for supervisord."""

    name: str
    command: list[str]
    environment: dict[str, str]
    user: str = ""  # blank: the user that starts the cluster


@dataclass
class LocalCluster:
    """The services of docker-compose.yml with places on this machine.

    Args of its making: a folder for everything that is written; the port that the
    proxy listens on; variables that win over those of the file.
    """

    folder: Path
    port: int
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.services: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
        places = (*STORES, "web-1", "web-2", "proxy-alive")
        self.ports = {name: _free_port() for name in places}
        self.config = self.folder / "supervisord.conf"

    def programs(self) -> list[Program]:
        """Every service but the one that runs once, as often as the file says."""
        made = []
        for name, service in self.services.items():
            copies = service.get("deploy", {}).get("replicas", 1)
            made += [
                self.program(name, n) for n in range(1, copies + 1) if name != ONCE
            ]
        return made

    def program(self, name: str, copy: int = 1) -> Program:
        """One service as a process of this machine."""
        service = self.services[name]
        copies = service.get("deploy", {}).get("replicas", 1)
        return Program(
            name=f"{name}-{copy}" if copies > 1 else name,
            command=self._command(name, service.get("command", []), copy),
            environment=self._environment(service.get("environment", {})),
            user=unprivileged_user() if name == "database" else "",
        )

    def write(self) -> None:
        """Write the secrets and supervisord's configuration."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.secret("secret_key")
        written = {
            "redis_config": f"requirepass {self.secret('redis_password')}\n",
            "database_url": native_database.url(
                self.ports["database"], self.secret("database_password")
            ),
            "redis_url": self._redis_url("redis"),
            "live_redis_url": self._redis_url("live-redis"),
        }
        for name, text in written.items():
            self._secret_file(name).write_text(text)
        self.config.touch(mode=0o600)  # it repeats what the caller set, secrets too
        self.config.chmod(0o600)
        self.config.write_text(_configuration(self.folder, self.programs()))

    def secret(self, name: str) -> str:
        """A random text that only who starts the cluster can read; made once."""
        file = self._secret_file(name)
        if not file.exists():
            file.write_text(secrets.token_urlsafe(32))
        return file.read_text()

    def make_role(self) -> None:
        """Give the platform a role of its own, which is no administrator.

        Raises:
            CannotStart: If PostgreSQL refuses.
        """
        self.secret("database_password")
        native_database.make_role(
            self.ports["database"],
            admin_password=self.secret("database_admin"),
            password_file=self._secret_file("database_password"),
        )

    def wait_for_stores(self) -> None:
        """Return once PostgreSQL and both Redis accept connections.

        Raises:
            CannotStart: If one of them does not within a minute.
        """
        ends_at = time.monotonic() + READY_WITHIN_S
        for name in STORES:
            while not _answers(self.ports[name]):
                if time.monotonic() > ends_at:
                    log = self.folder / "logs" / f"{name}.log"
                    raise CannotStart(f"{name} does not start; see {log}")
                time.sleep(0.1)

    def wait_for_class(self) -> None:
        """Return once a class can be held: the proxy finds a web process, workers work.

        Raises:
            CannotStart: If that is not so within four minutes.
        """
        ends_at = time.monotonic() + READY_WITHIN_S
        workers = [p for p in self.programs() if p.name.startswith("inference")]
        nodes = [p.command[p.command.index("-n") + 1] for p in workers]
        live = connect(self._redis_url("live-redis"))
        while not (
            _is_ready(self.port) and all(last_sign(live, QUEUE, node) for node in nodes)
        ):
            if time.monotonic() > ends_at:
                raise CannotStart(f"No class can be held; see {self.folder}/logs")
            time.sleep(0.2)

    def once(self, command: Iterable[str]) -> None:
        """Run a command with the environment of the web processes, to its end.

        Raises:
            CannotStart: If it fails.
        """
        words = list(command)
        environment = os.environ | self.program(ONCE).environment
        done = subprocess.run(words, cwd=ROOT, env=environment, check=False)
        if done.returncode:
            raise CannotStart(f"`{' '.join(words)}` failed.")

    def _secret_file(self, name: str) -> Path:
        kept = self.folder / "secrets"
        kept.mkdir(mode=0o700, parents=True, exist_ok=True)
        return kept / name

    def _redis_url(self, name: str) -> str:
        return f"redis://:{self.secret('redis_password')}@{HERE}:{self.ports[name]}/0"

    def _command(self, name: str, command: list[str], copy: int) -> list[str]:
        if name == "database":
            options = {
                "listen_addresses": HERE,
                "port": str(self.ports[name]),
                "unix_socket_directories": "",
            }
            here = ["-D", str(self.folder / "database")]
            here += [f"--{key}={value}" for key, value in options.items()]
            return [program("postgres"), *command[1:], *here]
        if name in STORES:
            here = ["--bind", HERE, "--port", str(self.ports[name])]
            return [*(self._placed(word) for word in command), *here]
        places = {
            "0.0.0.0": HERE,
            "8000": str(self.ports.get(name)),
            "/etc/caddy/Caddyfile": str(ROOT / "deploy" / "Caddyfile"),
        }
        node = f"{copy}.{socket.gethostname()}"  # as each container has its own name
        return [places.get(part, part).replace("%h", node) for part in command]

    def _environment(self, declared: Mapping[str, str]) -> dict[str, str]:
        site = {
            "FER_SITE": f"http://{HERE}:{self.port}",
            "FER_PROXY_ALIVE": f"{HERE}:{self.ports['proxy-alive']}",
            "FER_PROXY_BIND": f"bind {HERE}",  # its accounts have published passwords
            "XDG_DATA_HOME": str(self.folder / "var"),
        }
        own = {
            "FER_PUBLIC_URL": f"http://{HERE}:{self.port}",
            "FER_VAR": str(self.folder / "var"),
        }
        here = {
            key: site.get(key, self._placed(str(value)))
            for key, value in declared.items()
            if ":?" not in str(value)  # must be among the caller's variables, or unset
        }
        return here | own | dict(self.variables)

    def _placed(self, value: str) -> str:
        """A value of the file with this machine's places and variables in it."""
        for name, port in self.ports.items():
            default = {"web-1": 8000, "web-2": 8000}.get(name, 6379)
            value = re.sub(rf"(?<![\w-]){name}:{default}\b", f"{HERE}:{port}", value)
        value = value.replace("/run/secrets", str(self.folder / "secrets"))
        return re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", self._filled_in, value)

    def _filled_in(self, match: re.Match[str]) -> str:
        name, default = match.groups()
        return self.variables.get(name, os.environ.get(name, default or ""))


def make_database(cluster: LocalCluster) -> None:
    """Make PostgreSQL's folder, if there is none yet.

    Raises:
        CannotStart: If PostgreSQL is not installed, or the folder lets everybody in.
    """
    data = cluster.folder / "database"
    if not data.exists():
        data.mkdir(parents=True)
        if user := unprivileged_user():
            shutil.chown(data, user)
            cluster.folder.chmod(0o711)  # it has to get through to its own
        initialise(data, password=cluster.secret("database_admin"))
    elif re.search(r"\strust$", (data / "pg_hba.conf").read_text(), re.MULTILINE):
        raise CannotStart(
            f"{data} was made by a version that let every user of this machine in. "
            "Take out what you need, remove the folder, and start again."
        )


def main(arguments: list[str] | None = None) -> int:
    """Start the cluster, wait for its end, and end all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, default=ROOT / "var" / "cluster")
    parser.add_argument("--port", type=int, default=8000, help="port of the proxy")
    parser.add_argument(
        "--check",
        action="store_true",
        help="only check whether the cluster can be started",
    )
    chosen = parser.parse_args(arguments)
    _find_programs_beside_this_python()
    named = {k: v for k, v in os.environ.items() if k.startswith(("FER_", "DJANGO_"))}
    cluster = LocalCluster(chosen.folder.resolve(), chosen.port, named)
    try:
        _require_programs()
        if chosen.check:
            return 0
        cluster.write()
        make_database(cluster)
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    leave_no_core()
    supervisor = subprocess.Popen(
        [sys.executable, "-m", "supervisor.supervisord", "-n", "-c", cluster.config],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        _bring_up(cluster)
        return supervisor.wait()
    except CannotStart as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    finally:
        supervisor.terminate()
        supervisor.wait()


def _bring_up(cluster: LocalCluster) -> None:
    cluster.wait_for_stores()
    cluster.make_role()
    cluster.once([*cluster.program(ONCE).command, "--verbosity", "0"])
    cluster.once(
        ["python", "manage.py", "collectstatic", "--no-input", "--verbosity", "0"]
    )
    if cluster.variables.get("DJANGO_SETTINGS_MODULE", "").endswith(".demo"):
        cluster.once(["python", "manage.py", "demo_accounts"])
    control(cluster.config, "start", "all")
    cluster.wait_for_class()
    sys.stdout.write(f"Ready: http://{HERE}:{cluster.port}/\n")
    sys.stdout.flush()


def control(config: Path, *words: str) -> str:
    """Ask supervisord for something, such as `restart redis`; return what it says."""
    asked = subprocess.run(
        [sys.executable, "-m", "supervisor.supervisorctl", "-c", config, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout


def _configuration(folder: Path, programs: Iterable[Program]) -> str:
    (folder / "logs").mkdir(exist_ok=True)
    head = f"""[supervisord]
logfile = {folder}/logs/supervisord.log
pidfile = {folder}/supervisord.pid
childlogdir = {folder}/logs
{"user = root" if os.geteuid() == 0 else ""}

[unix_http_server]
file = {folder}/supervisor.sock
chmod = 0700

[supervisorctl]
serverurl = unix://{folder}/supervisor.sock

[rpcinterface:supervisor]
supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface
"""
    return "\n".join([head, *(_section(folder, each) for each in programs)])


def _section(folder: Path, program: Program) -> str:
    quoted = ",".join(
        f'{key}="{_escaped(value)}"' for key, value in program.environment.items()
    )
    words = " ".join(f'"{_escaped(word)}"' for word in program.command)
    return f"""[program:{program.name}]
command = {words}
directory = {ROOT}
environment = {quoted}
autostart = {"true" if program.name in STORES else "false"}
autorestart = true
startsecs = 1
startretries = 1000
stopwaitsecs = 15
{"stopsignal = INT" if program.name == "database" else ""}
killasgroup = true
redirect_stderr = true
stdout_logfile = {folder}/logs/{program.name}.log
stdout_logfile_maxbytes = 20MB
{f"user = {program.user}" if program.user else ""}
"""


def _escaped(text: str) -> str:
    return text.replace("%", "%%").replace('"', '\\"')


def _find_programs_beside_this_python() -> None:
    """Whether or not its environment was activated: Caddy, Celery, supervisord."""
    beside = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])


def _require_programs() -> None:
    for name in ("redis-server", "postgres", "initdb", "psql", "caddy"):
        program(name)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HERE, port)) == 0


def _is_ready(port: int) -> bool:
    """Whether the proxy has a web process to send people to."""
    connection = http.client.HTTPConnection(HERE, port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    sys.exit(main())
