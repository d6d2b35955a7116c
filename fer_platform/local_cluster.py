"""The large profile of docker-compose.yml, with places and secrets of this machine."""

import http.client
import os
import re
import secrets
import socket
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from fer_platform import native_database
from fer_platform.native_database import (
    CannotStart,
    program,
    unprivileged_user,
)
from fer_platform.supervisord import ROOT, STORES, Program, configuration
from inference.cluster.messages import QUEUE
from inference.cluster.redis_client import connect
from inference.cluster.watchdog import last_sign

COMPOSE = ROOT / "docker-compose.yml"
HERE = "127.0.0.1"
READY_WITHIN_S = 240
PROFILE = "large"
ONCE = "migrate"  # ends before the others begin


@dataclass
class LocalCluster:
    """The services of the large profile with places on this machine.

    Args of its making: a folder for everything that is written; the port that the
    proxy listens on; variables that win over those of the file.
    """

    folder: Path
    port: int
    variables: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        declared: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())["services"]
        self.services = {
            name: service
            for name, service in declared.items()
            if PROFILE in service["profiles"]
        }
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
            "email_password": "",
        }
        for name, text in written.items():
            self._secret_file(name).write_text(text)
        self.config.touch(mode=0o600)  # it repeats what the caller set, secrets too
        self.config.chmod(0o600)
        self.config.write_text(configuration(self.folder, self.programs()))

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
            answers = native_database.answers if name == "database" else _answers
            while not answers(self.ports[name]):
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
        """A value of the file with this machine's variables and places in it."""
        value = re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", self._filled_in, value)
        for name, port in self.ports.items():
            default = {"web-1": 8000, "web-2": 8000}.get(name, 6379)
            value = re.sub(rf"(?<![\w-]){name}:{default}\b", f"{HERE}:{port}", value)
        return value.replace("/run/secrets", str(self.folder / "secrets"))

    def _filled_in(self, match: re.Match[str]) -> str:
        name, default = match.groups()
        return self.variables.get(name, os.environ.get(name, default or ""))


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
