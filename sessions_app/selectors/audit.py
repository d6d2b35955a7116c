"""The audit as admins read it."""

import datetime as dt

from sessions_app.models import AuditEntry
from sessions_app.models.audit import AuditQuerySet

BY_THE_PLATFORM = "-"


def audit_trail(
    *,
    actor: str = "",
    action: str = "",
    object_id: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> AuditQuerySet:
    """Entries, newest first.

    Args:
        actor: An e-mail address, or `BY_THE_PLATFORM`; blank for everybody.
        action: One of `AuditAction`; blank for all.
        object_id: Of the class or course that something was done to.
        since: First day, in the reader's time zone.
        until: Last day.
    """
    wanted = {
        "action": action,
        "object_id": object_id,
        "at__date__gte": since,
        "at__date__lte": until,
    }
    entries = AuditEntry.objects.filter(**{k: v for k, v in wanted.items() if v})
    if actor == BY_THE_PLATFORM:
        return entries.filter(actor="")
    return entries.filter(actor=actor) if actor else entries
