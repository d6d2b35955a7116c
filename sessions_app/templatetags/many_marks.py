"""The marks of charts, tables and lists: a page has hundreds, a template takes long for each.

Numbers are put in as they are; only a label could hold what has to be escaped.
"""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from sessions_app.selectors.thin_bars import Part, ThinBar
from sessions_app.selectors.totals_chart import Panel, Point
from sessions_app.selectors.totals_sections import Line
from sessions_app.selectors.totals_shown import Shown

register = template.Library()


@register.simple_tag
def points(chart: Panel) -> SafeString:
    """A dot with its band for each group of a chart; its title says both."""
    return mark_safe("\n".join(map(_point, chart.points)))


@register.simple_tag
def share_cells(line: Line) -> SafeString:
    """Each share of a group in words, and as a bar with its band."""
    return mark_safe("\n".join(map(_cell, line.shares)))


@register.simple_tag
def thin_bar(bar: ThinBar) -> SafeString:
    """How a lesson was, in one thin bar with its words below."""
    if not bar.parts:
        words = _("no numbers")
        return mark_safe(f'<p class="meta">{words}</p>')
    return mark_safe(
        '<svg class="thin-bar" viewBox="0 0 100 1" preserveAspectRatio="none" '
        f'aria-hidden="true">{"".join(map(_piece, bar.parts))}</svg>'
        f'<p class="meta">{"".join(map(_in_words, bar.parts))}</p>'
    )


def _piece(part: Part) -> str:
    return (
        f'<rect data-label="{escape(part.label)}" x="{part.start}" '
        f'width="{part.percent}" height="1"></rect>'
    )


def _in_words(part: Part) -> str:
    return (
        f'<span><span class="dot" data-label="{escape(part.label)}"></span> '
        f"{escape(part.word)} {part.percent} %</span>"
    )


def _point(point: Point) -> str:
    shown = point.shown
    band = f" ± {shown.band}" if shown.band else ""
    return (
        f'<g class="point"><title>{escape(point.label)}: {shown.percent} %{band}</title>'
        f'<rect class="area" x="{point.x}" y="{point.top}" width="3" '
        f'height="{point.height}" transform="translate(-1.5 0)"></rect>'
        f'<circle cx="{point.x}" cy="{point.y}" r="2.2"></circle></g>'
    )


def _cell(each: Shown) -> str:
    ends = f"M{each.low} 5H{each.high}M{each.low} 2V8M{each.high} 2V8"
    return (
        f'<td class="numbers">{each.percent} % <span class="soft">± {each.band}</span>'
        '<svg class="share-bar" viewBox="0 0 100 10" preserveAspectRatio="none" '
        'aria-hidden="true"><rect class="in-colour" '
        f'data-label="{escape(each.label)}" width="{each.percent}" height="10"></rect>'
        f'<path class="share-band" d="{ends}"></path></svg></td>'
    )
