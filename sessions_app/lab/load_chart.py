"""Draws the samples of a load test."""

from pathlib import Path
from typing import Any

_PARTS = {  # what memory is drawn of, from the bottom; other parts are a few MiB
    "web": "#1b6b93",
    "workers": "#7a9e3f",
    "housekeeping": "#b98b2f",
    "redis": "#a8482f",
    "postgresql": "#6b5b95",
    "proxy": "#7f7f7f",
    "supervisor": "#bcbcbc",
}


def draw(samples: list[dict[str, Any]], picture: Path) -> None:
    """Draw frames a second, latency and memory, one below the other.

    Args:
        samples: The `samples` of a report; the first one is before any frame.
        picture: Where to; its ending says in which format.

    Raises:
        ImportError: If matplotlib is not installed.
    """
    from matplotlib.figure import Figure

    minutes = [sample["at_s"] / 60 for sample in samples]
    figure = Figure(figsize=(9, 7), layout="constrained")
    rate, latency, memory = figure.subplots(3, 1, sharex=True)
    rate.plot(minutes[1:], [s["analysed_per_s"] for s in samples[1:]], color="#1b6b93")
    rate.set(ylabel="analysed / s", ylim=(0, None))
    for q, colour in (("p50", "#9db7c6"), ("p95", "#1b6b93"), ("p99", "#a8482f")):
        values = [s["latency_ms"][q] for s in samples[1:]]
        latency.plot(minutes[1:], values, label=q, color=colour)
    latency.set(ylabel="answer, ms", ylim=(0, None))
    latency.legend(loc="upper right", ncols=3)
    parts = [part for part in _PARTS if part in samples[0]["rss_mb"]]
    memory.stackplot(
        minutes,
        [[s["rss_mb"].get(part, 0.0) for s in samples] for part in parts],
        labels=parts,
        colors=[_PARTS[part] for part in parts],
    )
    memory.set(ylabel="memory, MiB", xlabel="minutes")
    memory.legend(loc="lower right", ncols=len(parts), fontsize="small")
    figure.savefig(picture, dpi=110)
