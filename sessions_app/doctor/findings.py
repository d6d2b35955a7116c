"""What the doctor says: one line about one part, and a remedy where it is not well."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    OK = "ok"
    WARNING = "warning"  # works, and deserves a look
    FAULT = "fault"
    SKIPPED = "skipped"  # could not be asked, or does not apply


@dataclass(frozen=True, slots=True)
class Finding:
    """One line; `says` and `remedy` are sentences, and hold no secret."""

    state: State
    says: str
    remedy: str = ""


Findings = Iterator[Finding]
Check = Callable[[], Findings]


def ok(says: str) -> Finding:
    return Finding(State.OK, says)


def warning(says: str, remedy: str) -> Finding:
    return Finding(State.WARNING, says, remedy)


def fault(says: str, remedy: str) -> Finding:
    return Finding(State.FAULT, says, remedy)


def skipped(says: str) -> Finding:
    return Finding(State.SKIPPED, says)
