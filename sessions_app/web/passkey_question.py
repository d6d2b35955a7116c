"""What a browser was asked about a passkey: it waits in the session for one answer."""

from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from sessions_app.models.session_store import held
from sessions_app.web.links import shown_link

Purpose = Literal["new", "log-in"]
_KEY = "passkey_question"
_LASTS_S = 10 * 60


def keep(request: HttpRequest, purpose: Purpose, kept: Mapping[str, Any]) -> None:
    """Remember the question that a page asks; it replaces the one before."""
    request.session[_KEY] = [purpose, kept, timezone.now().timestamp()]


@transaction.atomic
def take(request: HttpRequest, purpose: Purpose) -> dict[str, Any] | None:
    """The question that was asked, once; None after ten minutes, or for another purpose."""
    as_stored = held(request)
    if _KEY not in as_stored:
        return None
    asked_for, kept, at = as_stored.pop(_KEY)
    as_stored.save()
    request.session = as_stored
    if asked_for != purpose or timezone.now().timestamp() - at > _LASTS_S:
        return None
    return dict(kept)


def host_of(request: HttpRequest) -> str:
    """For whom a passkey is made: the host that people type, without a port."""
    return urlsplit(shown_link(request, "/")).hostname or ""
