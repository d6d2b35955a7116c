"""The marks of charts and tables of which a page has hundreds: a template takes long for each.

Numbers are put in as they are; only a label could hold what has to be escaped.
"""

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

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
