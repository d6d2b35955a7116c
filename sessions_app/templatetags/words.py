"""The words for labels, for pages and their scripts."""

import json

from django import template

from sessions_app.enums import Expression, Look, Vote

register = template.Library()


@register.simple_tag
def expressions() -> list[tuple[str, str]]:
    """The seven expressions in the order in which pages show them: (label, word)."""
    return [(label, str(word)) for label, word in Expression.choices]


@register.simple_tag
def looks() -> list[tuple[str, str]]:
    """The groups of expressions: (group, word)."""
    return [(look, str(word)) for look, word in Look.choices]


@register.simple_tag
def votes() -> list[tuple[str, str]]:
    """What the pulse of a class is made of: (label, word)."""
    return [(label, str(word)) for label, word in Vote.choices]


@register.simple_tag
def label_words() -> str:
    """The word for every label that a script names, as JSON for lib/expressions.js."""
    return json.dumps(dict([*expressions(), *looks(), *votes()]))
