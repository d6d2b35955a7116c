"""A key for each form that a page shows, so that two presses are known to be one."""

import secrets

from django import template

register = template.Library()


@register.simple_tag
def press_key() -> str:
    return secrets.token_urlsafe(16)
