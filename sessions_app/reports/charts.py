"""Charts of a lesson as SVG, the same for a page and a PDF; they draw and count nothing.

Each colour is a fill and, for pages, a class by which a style sheet sets it again, since a
page may be dark. Shares are drawn as the page's script draws them (static/js/charts/).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape

from sessions_app.reports.textures import COLOURS, TEXTURES, tile

WIDTH, LEFT, RIGHT, TOP, AXIS = 720, 44, 6, 10, 24  # pixels
LEAST_MINUTES = 12  # a short lesson is not drawn as one wide block
_LABELS_APART = 64  # pixels
_STEPS_S = (10, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)
_FONT = "Libertinus Serif"
_NAME_FITS = 0.5  # of the font's size: the mean width of a letter

Minute = Mapping[str, Any]
Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Gap:
    """Minutes that were paused or interrupted: from one index to before another."""

    kind: str
    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Series:
    """What the charts of one signal are drawn from.

    Args of its making: closed minutes in order; seconds of each; which of a minute's
    fields says its status; when the lesson began, on the reader's clock; pauses and
    interruptions; the moments that were marked.
    """

    minutes: Sequence[Minute]
    window_s: int
    status: str
    began: dt.datetime
    gaps: Sequence[Gap]
    marks: Sequence[dt.datetime]

    @property
    def slots(self) -> int:
        """How many minutes the time axis has room for."""
        last = self.minutes[-1]["index"] if self.minutes else -1
        return max(LEAST_MINUTES, int(last) + 1)


@dataclass(frozen=True, slots=True)
class _Plot:
    """A rectangle for the data: shares upwards from 0 to 1, minutes to the right."""

    left: float
    right: float
    top: float
    bottom: float
    slots: int

    def x(self, minute: float) -> float:
        return self.left + (self.right - self.left) * minute / self.slots

    def y(self, share: float) -> float:
        return self.bottom - (self.bottom - self.top) * share


def stacked(name: str, series: Series, field: str, labels: Sequence[str]) -> str:
    """Shares on top of each other, the first label uppermost; gaps stay empty.

    Args:
        name: Of the chart, for the ids in it.
        series: The minutes.
        field: Holds each minute's shares by label, or None.
        labels: From the top.
    """
    height = 230
    plot = _Plot(LEFT, WIDTH - RIGHT, TOP, height - AXIS, series.slots)
    tops = {
        minute["index"]: _tops(minute[field], labels)
        for minute in series.minutes
        if minute[field]
    }
    parts = [_textures(name, labels), _grid(plot), *_times(plot, series)]
    parts += [*_gaps(plot, series), _hidden(plot, series)]
    for label in labels:
        spans = {index: by_label[label] for index, by_label in tops.items()}
        path = _blocks(plot, spans)
        parts.append(_filled(path, label))
        texture = TEXTURES[label]
        if texture != "none":
            parts.append(f'<path d="{path}" fill="url(#{name}-{texture})"/>')
    parts += _marks(plot, series)
    return _svg(height, parts)


def bands(series: Series, labels: Sequence[str], words: Mapping[str, str]) -> str:
    """Each group by itself: a line in the band that holds the truth in nine of ten cases."""
    height, between = 150, 18
    wide = (WIDTH - LEFT - RIGHT - between * (len(labels) - 1)) / len(labels)
    parts = []
    for number, label in enumerate(labels):
        left = LEFT + number * (wide + between)
        plot = _Plot(left, left + wide, TOP + 16, height - AXIS, series.slots)
        parts.append(_text(left, TOP + 4, words[label], size=12, strong=True))
        parts.append(_grid(plot, named=number == 0))
        parts += [*_times(plot, series), *_gaps(plot, series, named=False)]
        parts += _band(plot, series, label)
    return _svg(height, parts)


# --- what a plot is made of -----------------------------------------------------------


def _tops(shares: Shares, labels: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Bottom and top of each label's part of a stack."""
    found, at = {}, 0.0
    for label in reversed(labels):
        found[label] = (at, at + shares[label])
        at += shares[label]
    return found


def _blocks(plot: _Plot, spans: Mapping[int, tuple[float, float]]) -> str:
    """One path of blocks; neighbours of the same height are one block."""
    path = []
    ordered = sorted(spans.items())

    def run(item: tuple[int, tuple[int, tuple[float, float]]]) -> tuple[Any, ...]:
        place, (index, span) = item
        return index - place, span

    for (_, (low, high)), group in groupby(enumerate(ordered), key=run):
        indexes = [index for _, (index, _) in group]
        if high > low:
            x0, x1 = plot.x(indexes[0]), plot.x(indexes[-1] + 1)
            path.append(_block(x0, x1, plot.y(high), plot.y(low)))
    return "".join(path)


def _block(x0: float, x1: float, y0: float, y1: float) -> str:
    return f"M{x0:.1f} {y0:.1f}H{x1:.1f}V{y1:.1f}H{x0:.1f}Z"


def _band(plot: _Plot, series: Series, label: str) -> list[str]:
    """Neighbouring minutes with a value, as a stepped line and the band around it."""
    known = [m for m in series.minutes if m["groups"]]
    spans = {
        m["index"]: (
            max(0.0, m["groups"][label] - m["groups_band"][label]),
            min(1.0, m["groups"][label] + m["groups_band"][label]),
        )
        for m in known
    }
    line, last = [], None
    for m in known:
        x0, x1 = plot.x(m["index"]), plot.x(m["index"] + 1)
        y = plot.y(m["groups"][label])
        joins = last is not None and m["index"] == last + 1
        line.append(f"{'L' if joins else 'M'}{x0:.1f} {y:.1f}H{x1:.1f}")
        last = m["index"]
    colour = COLOURS[label]
    return [
        f'<path class="fill-{label}" fill="{colour}" fill-opacity="0.25" '
        f'd="{_blocks(plot, spans)}"/>',
        f'<path class="line-{label}" stroke="{colour}" stroke-width="1.8" '
        f'stroke-linejoin="round" fill="none" d="{"".join(line)}"/>',
    ]


def _hidden(plot: _Plot, series: Series) -> str:
    """Minutes that happened but stay hidden: quiet low blocks."""
    few = {
        m["index"]: (0.0, 0.04) for m in series.minutes if m[series.status] == "too_few"
    }
    return _filled(_blocks(plot, few), "hidden-minute")


def _gaps(plot: _Plot, series: Series, *, named: bool = True) -> list[str]:
    """Pauses and interruptions from top to bottom, each with its name where there is room."""
    parts = []
    for gap in series.gaps:
        left, right = plot.x(gap.start), plot.x(gap.end)
        block = _block(left, right, plot.top, plot.bottom)
        parts.append(_filled(block, f"{gap.kind}-minute"))
        size = 11
        wide = len(gap.word) * size * _NAME_FITS + 6
        x, y = (left + right) / 2, (plot.top + plot.bottom) / 2
        if named and right - left > wide:
            parts.append(_text(x, y + 4, gap.word, size=size, anchor="middle"))
        elif named and right - left > size + 2:
            turned = f' transform="rotate(-90 {x:.1f} {y:.1f})"'
            parts.append(_text(x, y + 4, gap.word, size, "middle", more=turned))
    return parts


def _marks(plot: _Plot, series: Series) -> list[str]:
    """A line with a flag at each moment that the teacher marked."""
    ends = series.began + dt.timedelta(seconds=series.slots * series.window_s)
    parts = []
    for at in series.marks:
        if not series.began <= at <= ends:
            continue
        x = plot.x((at - series.began).total_seconds() / series.window_s)
        parts.append(
            f'<path class="ink" fill="#13211f" stroke="#13211f" d="M{x:.1f} '
            f'{plot.bottom}V{plot.top}l8 4.5l-8 4.5"/>'
        )
    return parts


def _grid(plot: _Plot, *, named: bool = True) -> str:
    lines = []
    for share in (0, 0.25, 0.5, 0.75, 1):
        y = plot.y(share)
        lines.append(
            f'<path class="grid" stroke="#d5dfe0" d="M{plot.left:.1f} {y:.1f}'
            f'H{plot.right:.1f}"/>'
        )
        if named:
            word = f"{round(100 * share)} %"
            lines.append(_text(plot.left - 6, y + 4, word, anchor="end"))
    return "".join(lines)


def _times(plot: _Plot, series: Series) -> list[str]:
    """The reader's clock below the plot, at full minutes or hours."""
    seconds = series.slots * series.window_s
    most = max(1, int((plot.right - plot.left) // _LABELS_APART))
    step = next((s for s in _STEPS_S if seconds / s <= most), _STEPS_S[-1])
    midnight = series.began.replace(hour=0, minute=0, second=0, microsecond=0)
    since = (series.began - midnight).total_seconds()
    first = -since % step
    parts = []
    while first <= seconds:
        x = plot.x(first / series.window_s)
        at = series.began + dt.timedelta(seconds=first)
        word = f"{at:%H:%M:%S}" if step < 60 else f"{at:%H:%M}"
        if plot.left + 12 <= x <= plot.right - 12:
            parts.append(_text(x, plot.bottom + 16, word, anchor="middle"))
            parts.append(
                f'<path class="grid" stroke="#d5dfe0" d="M{x:.1f} {plot.bottom}v4"/>'
            )
        first += step
    return parts


def _textures(name: str, labels: Sequence[str]) -> str:
    used = sorted({TEXTURES[label] for label in labels} - {"none"})
    tiles = "".join(
        f'<pattern id="{name}-{texture}" width="8" height="8" '
        f'patternUnits="userSpaceOnUse">{tile(texture)}</pattern>'
        for texture in used
    )
    return f"<defs>{tiles}</defs>"


def _filled(path: str, label: str) -> str:
    return f'<path class="fill-{label}" fill="{COLOURS[label]}" d="{path}"/>'


def _text(
    x: float,
    y: float,
    words: str,
    size: int = 11,
    anchor: str = "start",
    *,
    strong: bool = False,
    more: str = "",
) -> str:
    weight = ' font-weight="700"' if strong else ""
    return (
        f'<text class="words" x="{x:.1f}" y="{y:.1f}" font-size="{size}"{weight} '
        f'font-family="{_FONT}" fill="#4a5c5e" text-anchor="{anchor}"{more}>'
        f"{escape(words)}</text>"
    )


def _svg(height: int, parts: Sequence[str]) -> str:
    body = "".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}">'
        f"{body}</svg>"
    )
