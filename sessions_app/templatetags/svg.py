"""Pictures that the server draws itself, inside a page."""

from django import template
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def svg(picture: str) -> SafeString:
    """An SVG of reports/charts.py or reports/textures.py, whose words are escaped there."""
    return mark_safe(picture)
