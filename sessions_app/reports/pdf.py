"""Have a report drawn, in a process that may take long, hang or crash alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from django.conf import settings

_ROOT = Path(__file__).resolve().parents[2]
DRAWN_WITHIN_S = 30  # a lesson of 45 minutes takes a fraction of a second


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
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sessions_app.reports.draw_pdf", settings.FER_PAPER],
            input=json.dumps(content).encode(),
            capture_output=True,
            cwd=_ROOT,
            env={},  # no secret of the server's
            timeout=DRAWN_WITHIN_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TookTooLong(f"more than {DRAWN_WITHIN_S} s") from None
    if done.returncode:
        raise NotDrawn(done.stderr.decode(errors="replace").strip()[-500:])
    return done.stdout
