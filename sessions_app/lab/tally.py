"""What happened to the frames of students made of code."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass
class Tally:
    """What happened to the frames of a whole class."""

    sent: int = 0
    answers: Counter[str] = field(default_factory=Counter)
    in_intervals: int = 0  # frames of the intervals that were counted
    unanswered: int = 0
    errors: int = 0  # sockets that closed, joins refused
    latencies_ms: list[float] = field(default_factory=list)

    @property
    def analysed(self) -> int:
        """How many frames the engine has read, here or on the devices."""
        return self.answers["ok"] + self.answers["no_face"] + self.in_intervals

    def note_answer(self, state: str, took_s: float, frames: int = 1) -> None:
        """One frame was answered, or one interval of some frames."""
        self.answers[state] += 1
        if state == "counted":
            self.in_intervals += frames
        self.latencies_ms.append(took_s * 1000)
