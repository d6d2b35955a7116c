"""Send the engine what nobody would, for minutes: `python -m tests.fuzz --minutes 10`.

Messages come from Hypothesis, which steers towards those that take long. A worker reads
them in a process of its own: what kills or stops it is found as well. Findings go to
tests/fuzz/seeds, where the ordinary tests read them again.
"""

import argparse
import hashlib
import multiprocessing
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings, target

from tests.fuzz.checks import Reader
from tests.fuzz.messages import LONGEST, messages

SEEDS = Path(__file__).parent / "seeds"
PER_ROUND = 300
HANGS_AFTER_S = 60.0  # on a busy machine; what is slow is told by the processor's time
_AT_ONCE = settings(
    max_examples=PER_ROUND,
    deadline=None,
    database=None,
    derandomize=False,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.target, Phase.shrink],
)


def main():
    """Fuzz, then say what was found; the exit status is 1 if anything was."""
    options = _options()
    last = multiprocessing.RawArray("B", 4 + LONGEST)
    read, slowest = multiprocessing.Value("Q", 0), multiprocessing.Value("d", 0.0)
    until, number, found = time.monotonic() + options.minutes * 60, options.seed, []
    while time.monotonic() < until:
        worker = multiprocessing.Process(
            target=_work, args=(number, until, last, read, slowest)
        )
        worker.start()
        if not _ended_well(worker, read):
            found.append(_keep(bytes(last)))
            _say(f"{found[-1]} (exit {worker.exitcode})")
        number += 1_000_000  # the next worker's rounds are others
    _say(
        f"{read.value} messages in {options.minutes:g} minutes; the slowest took "
        f"{slowest.value:.3f} s of the processor; {len(found)} findings"
    )
    sys.exit(bool(found))


def _options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0, help="the first round's")
    return parser.parse_args()


def _work(number, until, last, read, slowest):
    """Rounds of messages until the time is up; a failure ends the process."""
    reader = Reader()

    def check(message):
        last[:4] = len(message).to_bytes(4, "big")
        last[4 : 4 + len(message)] = message
        read.value += 1
        took_s = reader.read(message)
        slowest.value = max(slowest.value, took_s)
        target(took_s, label="seconds")

    while time.monotonic() < until:
        seed(number)(_AT_ONCE(given(message=messages())(check)))()
        number += 1


def _ended_well(worker, read):
    """Wait for a worker; False if it failed, died or stood still."""
    while worker.is_alive():
        before = read.value
        worker.join(HANGS_AFTER_S)
        if worker.is_alive() and read.value == before:
            worker.kill()
            worker.join()
    return worker.exitcode == 0


def _keep(last):
    """Write down the last message; after a failure, Hypothesis has made it small."""
    message = last[4 : 4 + int.from_bytes(last[:4], "big")]
    path = SEEDS / f"{hashlib.sha256(message).hexdigest()[:12]}.bin"
    path.write_bytes(message)
    return path


def _say(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
