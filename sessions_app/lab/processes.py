"""The processes of a server, what each is for, and what it uses, from Linux's /proc."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

# A word of its command line tells what a process is; one that has none of them is the
# same as its parent.
_PARTS = {
    "serve": "web",
    "--multiprocessing-fork": "workers",  # of one process that serves all by itself
    "inference": "workers",
    "default": "housekeeping",
    "beat": "housekeeping",
    "redis-server": "redis",
    "postgres": "postgresql",
    "caddy": "proxy",
}


@dataclass(frozen=True)
class Process:
    """One process of a server."""

    id: int
    part: str
    words: tuple[str, ...]  # its command line

    @property
    def rss_mb(self) -> float:
        """Its memory, in MiB; nothing once it has ended."""
        try:
            pages = int(Path(f"/proc/{self.id}/statm").read_text().split()[1])
        except (FileNotFoundError, ProcessLookupError):
            return 0.0
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    @property
    def cpu_s(self) -> float:
        """Seconds of a core that it has used so far; nothing once it has ended."""
        try:
            after_name = Path(f"/proc/{self.id}/stat").read_text().rpartition(")")[2]
        except (FileNotFoundError, ProcessLookupError):
            return 0.0
        user, system = after_name.split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def family(process_id: int, part: str) -> Iterator[Process]:
    """A process and its descendants, each with its part of the whole."""
    here = Path(f"/proc/{process_id}")
    try:
        words = tuple(here.joinpath("cmdline").read_text().split("\0"))
        children = here.joinpath(f"task/{process_id}/children").read_text().split()
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return
    part = _part_of(words) or part
    yield Process(process_id, part, words)
    for child in children:
        yield from family(int(child), part)


def _part_of(words: tuple[str, ...]) -> str | None:
    """What a command line says; titles that a process gives itself are one word."""
    line = " ".join(words).split(" ")
    for word, part in _PARTS.items():
        if any(each == word or Path(each).name == word for each in line):
            return part
    return None
