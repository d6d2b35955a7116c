"""What can be said of a class: each claim, when it is true, and its words."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from django.utils.translation import gettext_lazy as _

from inference.labels import GROUPS
from sessions_app.enums import Look, Vote

_EXACT = 1e-9  # shares are fractions of floating point
ANSWERED_LEAST = 0.25  # of a class; what fewer say is said of no class


class Words(Protocol):
    """A text that is looked up in the reader's language when it is shown."""

    def __str__(self) -> str: ...


class Kind(StrEnum):
    """How much of a class a claim is about, the one that says most first."""

    NEARLY_ALL = "nearly_all"
    MOST = "most"
    HARDLY = "hardly"
    FEW = "few"
    THIRD = "third"


_LOOK_WORDS = {
    (Kind.NEARLY_ALL, Look.PLEASED): _("Nearly everyone looks pleased."),
    (Kind.NEARLY_ALL, Look.CALM): _("Nearly everyone looks calm."),
    (Kind.NEARLY_ALL, Look.STRAINED): _("Nearly everyone looks strained."),
    (Kind.MOST, Look.PLEASED): _("Most of the class looks pleased."),
    (Kind.MOST, Look.CALM): _("Most of the class looks calm."),
    (Kind.MOST, Look.STRAINED): _("Most of the class looks strained."),
    (Kind.HARDLY, Look.PLEASED): _("Hardly anyone looks pleased."),
    (Kind.HARDLY, Look.CALM): _("Hardly anyone looks calm."),
    (Kind.HARDLY, Look.STRAINED): _("Hardly anyone looks strained."),
    (Kind.FEW, Look.PLEASED): _("Only a few look pleased."),
    (Kind.FEW, Look.CALM): _("Only a few look calm."),
    (Kind.FEW, Look.STRAINED): _("Only a few look strained."),
    (Kind.THIRD, Look.PLEASED): _("At most 1 in 3 looks pleased."),
    (Kind.THIRD, Look.CALM): _("At most 1 in 3 looks calm."),
    (Kind.THIRD, Look.STRAINED): _("At most 1 in 3 looks strained."),
}


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

    @property
    def words(self) -> Words:
        """The sentence that a teacher reads."""
        return _LOOK_WORDS[self.kind, Look(self.look)]

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
            case Kind.THIRD:
                return np.asarray(share <= 1 / 3 + _EXACT)


CLAIMS = tuple(Claim(kind, look) for kind in Kind for look in GROUPS)


@dataclass(frozen=True, slots=True)
class PulseClaim:
    """That at least a share of those who answered tapped one of some votes.

    A claim of silence is about the whole class instead.
    """

    name: str
    votes: frozenset[Vote]
    text: Words
    least: float

    def __str__(self) -> str:
        """As a minute's row keeps it."""
        return self.name

    @classmethod
    def parse(cls, text: str) -> "PulseClaim":
        """The claim that a row keeps."""
        return next(claim for claim in PULSE_CLAIMS if claim.name == text)

    @property
    def words(self) -> Words:
        """The sentence that a teacher reads."""
        return self.text

    @property
    def is_behind(self) -> bool:
        """Whether it says that many are lost or find it too fast."""
        return self.votes <= _BEHIND

    @property
    def is_silence(self) -> bool:
        """Whether it says that hardly anybody answers."""
        return self.votes == _SILENT

    def holds(self, shares: np.ndarray) -> np.ndarray:
        """Whether it is true of classes with these shares (..., V) of all votes."""
        share = shares[..., [vote in self.votes for vote in Vote]].sum(axis=-1)
        if self.is_silence:
            return np.asarray(share >= self.least - _EXACT)
        answered = 1 - shares[..., list(Vote).index(Vote.NO_ANSWER)]
        enough = answered >= ANSWERED_LEAST - _EXACT
        return np.asarray(enough & (share >= self.least * answered - _EXACT))


_LOST, _TOO_FAST = frozenset({Vote.LOST}), frozenset({Vote.TOO_FAST})
_BEHIND = _LOST | _TOO_FAST
_SILENT = frozenset({Vote.NO_ANSWER})
_HALF, _THIRD = 0.5, 0.3

# The one that matters most first; of those that are sure enough, it alone is said.
PULSE_CLAIMS = (
    PulseClaim(
        "half:lost", _LOST, _("Half or more of those who answered are lost."), _HALF
    ),
    PulseClaim(
        "half:too_fast",
        _TOO_FAST,
        _("Half or more of those who answered find it too fast."),
        _HALF,
    ),
    PulseClaim(
        "half:behind",
        _BEHIND,
        _("Half or more of those who answered are lost or find it too fast."),
        _HALF,
    ),
    PulseClaim(
        "third:lost", _LOST, _("1 in 3 or more of those who answered are lost."), _THIRD
    ),
    PulseClaim(
        "third:too_fast",
        _TOO_FAST,
        _("1 in 3 or more of those who answered find it too fast."),
        _THIRD,
    ),
    PulseClaim(
        "third:behind",
        _BEHIND,
        _("1 in 3 or more of those who answered are lost or find it too fast."),
        _THIRD,
    ),
    PulseClaim(
        "third:too_slow",
        frozenset({Vote.TOO_SLOW}),
        _("1 in 3 or more of those who answered find it too slow."),
        _THIRD,
    ),
    PulseClaim(
        "most:ok",
        frozenset({Vote.OK}),
        _("Most of those who answered say: all good."),
        _HALF,
    ),
    PulseClaim(
        "few:answers", _SILENT, _("Few students have answered."), 1 - ANSWERED_LEAST
    ),
)

# No claim is sure enough. In a small class much may go on all the same.
NO_CLEAR_PICTURE = _("No clear picture.")

# What more, or fewer, students show or say than before.
CHANGE_WORDS: dict[tuple[str, bool], Words] = {
    (Look.PLEASED, True): _("More students look pleased than before."),
    (Look.PLEASED, False): _("Fewer students look pleased than before."),
    (Look.CALM, True): _("More students look calm than before."),
    (Look.CALM, False): _("Fewer students look calm than before."),
    (Look.STRAINED, True): _("More students look strained than before."),
    (Look.STRAINED, False): _("Fewer students look strained than before."),
    (Vote.LOST, True): _("More students are lost than before."),
    (Vote.LOST, False): _("Fewer students are lost than before."),
    (Vote.TOO_FAST, True): _("More students find it too fast than before."),
    (Vote.TOO_FAST, False): _("Fewer students find it too fast than before."),
    (Vote.OK, True): _("More students say “all good” than before."),
    (Vote.OK, False): _("Fewer students say “all good” than before."),
    (Vote.TOO_SLOW, True): _("More students find it too slow than before."),
    (Vote.TOO_SLOW, False): _("Fewer students find it too slow than before."),
}


def change_words(of: str, *, more: bool) -> Words:
    """What a teacher reads of a change; `of` is a group of expressions or a vote."""
    return CHANGE_WORDS[of, more]
