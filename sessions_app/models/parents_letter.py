"""The letter to parents: what it says, as the code at its foot.

Who notes that letters are signed types the code from them. So the signatures are of what
the letter said when it was printed, and count until something wider holds.
"""

import re
from dataclasses import dataclass
from typing import Self

from sessions_app.enums import Inference
from sessions_app.models.policy import Promise

LETTER_VERSION = 1  # of its text; a higher one asks parents again
MAX_CODE = 20  # characters
_CODE = re.compile(r"(\d{1,3})-(\d{1,3})-(\d{1,4})-([SDE])")
_BY_LETTER = {each.value[0].upper(): each for each in Inference}


@dataclass(frozen=True, slots=True)
class ParentsLetter:
    min_group: int
    kept_days: int
    inference: Inference
    version: int = LETTER_VERSION

    @classmethod
    def of(cls, promise: Promise) -> Self:
        """The letter that is printed now."""
        return cls(promise.min_group, promise.sessions_kept_days, promise.inference)

    @classmethod
    def read(cls, code: str) -> Self | None:
        """The letter with this code, as people type it; None if it is no code."""
        found = _CODE.fullmatch(re.sub(r"\s", "", code).upper())
        if not found:
            return None
        version, min_group, kept_days, letter = found.groups()
        return cls(int(min_group), int(kept_days), _BY_LETTER[letter], int(version))

    @property
    def code(self) -> str:
        where = self.inference.value[0].upper()
        return f"{self.version}-{self.min_group}-{self.kept_days}-{where}"

    def covers(self, promise: Promise) -> bool:
        """Whether what holds is what it says, or stricter."""
        return (
            self.version == LETTER_VERSION
            and promise.min_group >= self.min_group
            and promise.sessions_kept_days <= self.kept_days
            and promise.inference in {self.inference, Inference.DEVICE}
        )
