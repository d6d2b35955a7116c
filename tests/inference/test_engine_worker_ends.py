import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = [pytest.mark.long, pytest.mark.real]

ROOT = Path(__file__).resolve().parents[2]
SERVER = """
import multiprocessing, os, sys, time
from concurrent.futures import ProcessPoolExecutor
from inference import engine_worker

if __name__ == "__main__":
    pool = ProcessPoolExecutor(
        1,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=engine_worker.start,
    )
    print(pool.submit(os.getpid).result(), flush=True)
    os._exit(1)
"""


def test_a_worker_ends_when_its_server_is_killed(tmp_path):
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    done = subprocess.run(
        [sys.executable, script],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
        timeout=240,
        check=False,
    )
    worker = int(done.stdout)

    for _ in range(1200):
        if not _is_alive(worker):
            break
        time.sleep(0.1)

    assert not _is_alive(worker)


def _is_alive(process_id):
    try:
        return "Z" not in Path(f"/proc/{process_id}/stat").read_text().rsplit(")", 1)[1]
    except FileNotFoundError:
        return False
