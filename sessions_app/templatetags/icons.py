"""Icons beside a text that names them. A page has dozens: an include takes long for each."""

import json
from functools import cache
from pathlib import Path

from django import template
from django.contrib.staticfiles import finders
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def icon(name: str) -> SafeString:
    """One icon of Lucide, drawn in the page: a browser paints it with the first text.

    static/build.mjs writes the shapes of those that a template names; where the pages were
    not built (some tests) it is blank.
    """
    return mark_safe(
        '<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">'
        f"{_shapes().get(name, '')}</svg>"
    )


@cache
def _shapes() -> dict[str, str]:
    built = finders.find("icons.json")
    return json.loads(Path(built).read_text()) if built else {}
