"""Have a report drawn, in a process that may take long, hang or crash alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

from sessions_app.reports.draw_pdf import IDLE, NICE

_ROOT = Path(__file__).resolve().parents[2]
DRAWN_WITHIN_S = 30  # a lesson of 45 minutes takes a fraction of a second
# On a server whose processors are all busy, an idle process may never have its turn.
_IDLE_FOR_S = 4


class NotDrawn(Exception):
    """There is no PDF; the text says why, for the log."""


class TookTooLong(NotDrawn):
    """It was given up."""


def as_pdf(content: dict[str, Any]) -> bytes:
    """Draw a report's content, on the paper that the operator chose.

    Raises:
        TookTooLong: If it was not there in time; nothing of it runs any more.
        NotDrawn: If the drawing failed.
    """
    drawn = json.dumps(content).encode()
    try:
        return _draw(drawn, IDLE, within_s=_IDLE_FOR_S)
    except TookTooLong:
        return _draw(drawn, NICE, within_s=DRAWN_WITHIN_S - _IDLE_FOR_S)


def _draw(content: bytes, priority: str, *, within_s: float) -> bytes:
    module = "sessions_app.reports.draw_pdf"
    try:
        done = subprocess.run(
            [sys.executable, "-m", module, settings.FER_PAPER, priority],
            input=content,
            capture_output=True,
            cwd=_ROOT,
            env={"RAYON_NUM_THREADS": "1"},  # Typst's; no secret of the server's
            timeout=within_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TookTooLong(f"more than {within_s:g} s") from None
    if done.returncode:
        raise NotDrawn(done.stderr.decode(errors="replace").strip()[-500:])
    return done.stdout
