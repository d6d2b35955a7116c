"""The cluster of docker-compose.yml on one machine without Docker: `make cluster`.

The file's own commands run, under supervisord, with addresses of this machine in place
of the containers' names. Redis and PostgreSQL are the system's; Caddy comes from PyPI.
"""

import argparse
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from fer_platform.local_cluster import HERE, ONCE, LocalCluster
from fer_platform.native_database import (
    CannotStart,
    initialise,
    program,
    unprivileged_user,
)
from fer_platform.supervisord import ROOT, control
from inference.engine_worker import leave_no_core


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


def _find_programs_beside_this_python() -> None:
    """Whether or not its environment was activated: Caddy, Celery, supervisord."""
    beside = str(Path(sys.executable).parent)
    os.environ["PATH"] = os.pathsep.join([beside, os.environ.get("PATH", os.defpath)])


def _require_programs() -> None:
    for name in ("redis-server", "postgres", "initdb", "psql", "caddy"):
        program(name)


if __name__ == "__main__":
    sys.exit(main())
