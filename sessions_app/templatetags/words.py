"""The words for labels, for pages and their scripts."""

import json

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sessions_app.enums import Expression, Look, SessionState
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
def state_badge(session: ClassSession) -> SafeString:
    """The state of a lesson in one word."""
    return format_html(
        '<span class="badge" data-state="{}" data-badge>{}</span>',
        session.state,
        SessionState(session.state).label,
    )


@register.simple_tag
def votes(session: ClassSession) -> list[tuple[str, str]]:
    """What the pulse of a lesson is made of, in its own words: (label, word)."""
    return [*vote_words(session.choices).items()]


@register.simple_tag
def label_words(session: ClassSession | None = None) -> str:
    """The word for every label that a script names, as JSON for lib/expressions.js."""
    said = votes(session) if session else []
    return json.dumps(dict([*expressions(), *looks(), *said]))
