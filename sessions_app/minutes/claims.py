"""What can be said of a class: each claim, and when it is true."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from inference.labels import GROUPS

_EXACT = 1e-9  # shares are fractions of floating point


class Kind(StrEnum):
    """How much of a class a claim is about, the one that says most first."""

    NEARLY_ALL = "nearly_all"
    MOST = "most"
    HARDLY = "hardly"
    FEW = "few"


@dataclass(frozen=True, slots=True)
class Claim:
    """That so much of a class shows the looks of a group."""

    kind: Kind
    look: str  # of GROUPS

    def __str__(self) -> str:
        """As a minute's row keeps it."""
        return f"{self.kind}:{self.look}"

    @classmethod
    def parse(cls, text: str) -> "Claim":
        """The claim that a row keeps."""
        kind, look = text.split(":")
        return cls(Kind(kind), look)

    def holds(self, groups: np.ndarray) -> np.ndarray:
        """Whether it is true of classes with these shares of the groups (..., G)."""
        share = groups[..., list(GROUPS).index(self.look)]
        match self.kind:
            case Kind.NEARLY_ALL:
                return np.asarray(share >= 0.8 - _EXACT)
            case Kind.MOST:
                return np.asarray(share >= 0.5 - _EXACT)
            case Kind.HARDLY:
                return np.asarray(share <= 0.1 + _EXACT)
            case Kind.FEW:
                return np.asarray(share <= 0.25 + _EXACT)


CLAIMS = tuple(Claim(kind, look) for kind in Kind for look in GROUPS)
