"""What an attack found out, and what the protection cost."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, slots=True)
class Outcome:
    """How often one attack guessed right, and what the protection cost the teacher."""

    attack: str
    attacker: float  # accuracy
    base: float  # accuracy of the best guess from the class without the target
    mood_error_exact: float  # mean total variation distance to the true shares
    mood_error_released: float

    @property
    def gain(self) -> float:
        return self.attacker - self.base


def distance(shares: np.ndarray, truth: np.ndarray) -> float:
    """Mean total variation distance of shares (..., C) to the true ones."""
    return float(np.abs(shares - truth).sum(axis=-1).mean() / 2)
