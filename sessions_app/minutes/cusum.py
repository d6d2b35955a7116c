"""Two-sided cumulative sums, which find a change while a series runs.

E. S. Page (1954), "Continuous inspection schemes", Biometrika 41, 100-115. Of values
that are standardised by what is normal, whatever exceeds a slack is added up, upwards and
downwards apart, and a sum never falls below nothing. One that grows past a limit tells of a
change, which is likely to have begun where that sum last left nothing.
"""

import numpy as np

UP, DOWN = 0, 1  # rows of `Cusum.sums`
_WAYS = np.array([[1.0], [-1.0]])


class Cusum:
    """The sums of some series that are watched together."""

    def __init__(self, series: int, slack: float) -> None:
        self._slack = slack  # in standard deviations
        self.sums = np.zeros((2, series))
        # Of how many values each sum is made: those since it was nothing.
        self.lasted = np.zeros((2, series), int)

    def add(self, values: np.ndarray) -> None:
        """Take the next value of each series, shape (series,), in standard deviations."""
        self.sums = np.maximum(0.0, self.sums + _WAYS * values - self._slack)
        self.lasted = np.where(self.sums > 0, self.lasted + 1, 0)

    def begin_again(self) -> None:
        """Forget what was added."""
        self.sums = np.zeros_like(self.sums)
        self.lasted = np.zeros_like(self.lasted)
