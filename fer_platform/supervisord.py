"""What supervisord is told: which processes, in which order, and afterwards what to do."""

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STORES = ("database", "redis", "live-redis")  # what everything else stands on


@dataclass(frozen=True)
class Program:
    """One process for supervisord."""

    name: str
    command: list[str]
    environment: dict[str, str]
    user: str = ""  # blank: the user that starts the cluster


def control(config: Path, *words: str) -> str:
    """Ask supervisord for something, such as `restart redis`; return what it says."""
    asked = subprocess.run(
        [sys.executable, "-m", "supervisor.supervisorctl", "-c", config, *words],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout


def configuration(folder: Path, programs: Iterable[Program]) -> str:
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
