"""The words for labels, for pages and their scripts."""

import json

from django import template
from django.utils import timezone

from sessions_app.enums import Expression, Look
from sessions_app.localised import day, listed
from sessions_app.models import ClassSession
from sessions_app.models.choices import vote_words

register = template.Library()
register.filter("listed", listed)


@register.simple_tag
def today() -> str:
    """The day that it is for the reader."""
    return day(timezone.localdate())


@register.simple_tag
def expressions() -> list[tuple[str, str]]:
    """The seven expressions in the order in which pages show them: (label, word)."""
    return [(label, str(word)) for label, word in Expression.choices]


@register.simple_tag
def looks() -> list[tuple[str, str]]:
    """The groups of expressions: (group, word)."""
    return [(look, str(word)) for look, word in Look.choices]


@register.simple_tag
def votes(session: ClassSession) -> list[tuple[str, str]]:
    """What the pulse of a lesson is made of, in its own words: (label, word)."""
    return [*vote_words(session.choices).items()]


@register.filter
def clock_form(window_s: int) -> str:
    """How a template writes a time of day: with seconds where minutes are shorter than one."""
    return "H:i" if window_s >= 60 else "H:i:s"


@register.simple_tag
def label_words(session: ClassSession | None = None) -> str:
    """The word for every label that a script names, as JSON for lib/expressions.js."""
    said = votes(session) if session else []
    return json.dumps(dict([*expressions(), *looks(), *said]))
