"""Connect a panel in a frame with the person before it, by way of a tab of the same browser.

A browser brings no cookie of a tab into a frame of another site. So the panel has a secret of its
own, in a cookie of its own (web/frames.py), and leads to a tab by a ticket that names a hash
of that secret. In the tab it is known who sits there; that is noted under the hash for a while, and
taken once the panel asks with its secret. No address bears anything that lets somebody in.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.core.cache import cache

from sessions_app.models import Browser, ClassSession, LogIn, Participant, User

TICKET_LASTS_S = 10 * 60
_WAITS_S = 60 * 60  # a student may have to sign in first, and reads what is asked
_SALT = "panel"


@dataclass(frozen=True, slots=True)
class Ticket:
    """Which panel wants to be connected, and to what."""

    panel: str  # a hash of its secret, for this lesson alone
    lesson: UUID
    is_teachers: bool

    @property
    def number(self) -> str:
        """Four digits that panel and tab both show, so that a person can compare them."""
        digest = hashlib.sha256(self.panel.encode()).digest()
        return f"{int.from_bytes(digest[:4]) % 10_000:04d}"

    def __str__(self) -> str:
        """As it stands in an address."""
        about = [self.panel, self.lesson.hex, self.is_teachers]
        return signing.dumps(about, salt=_SALT)


def read_ticket(text: str) -> Ticket | None:
    """None where it is forged or too old."""
    try:
        about = signing.loads(text, salt=_SALT, max_age=TICKET_LASTS_S)
    except signing.BadSignature:
        return None
    panel, lesson, is_teachers = about
    return Ticket(panel, UUID(lesson), is_teachers)


def lead_student(ticket: Ticket, browser: str) -> None:
    """Let a panel follow who takes part, or soon will, in a tab of a browser (its key)."""
    cache.set(_kept_as(ticket.panel), browser, _WAITS_S)


def lead_teacher(ticket: Ticket, user: User, log_in: str, backend: str) -> None:
    """Let a panel in once, by a log-in of a tab, which is named by its row's key."""
    cache.set(_kept_as(ticket.panel), [user.pk, log_in, backend], TICKET_LASTS_S)


def arrived_student(panel: str, session: ClassSession) -> Participant | None:
    """Who takes part in the tab that the panel follows, from now on in the panel, too."""
    browser = cache.get(_kept_as(panel))
    found = session.participants.filter(browsers__key=browser or "").first()
    if found:
        Browser.objects.update_or_create(key=panel, defaults={"participant": found})
        cache.delete(_kept_as(panel))
    return found


def arrived_teacher(panel: str) -> tuple[User, str, str] | None:
    """Who let the panel in, the key of that log-in, and its backend; once."""
    noted = cache.get(_kept_as(panel))
    if not noted:
        return None
    cache.delete(_kept_as(panel))
    pk, log_in, backend = noted
    row = LogIn.objects.open().filter(session_key=log_in, user=pk).first()
    if row is None or row.user is None or not row.user.is_active:
        return None
    return row.user, log_in, backend


def _kept_as(panel: str) -> str:
    return f"panel:{panel}"
