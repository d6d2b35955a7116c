"""The admin's policy: changed as a whole, and never without an entry in the audit."""

from typing import Any

from django.db import transaction
from django.forms.models import model_to_dict

from sessions_app.enums import AuditAction
from sessions_app.models import ClassSession, Policy, User
from sessions_app.models.policy import THE_ROW, effective_policy, read_policy_anew
from sessions_app.services import audit


@transaction.atomic
def change(*, by: User, **values: Any) -> Policy:
    """Decide some of the policy; what is not named stays.

    Where the school is, its rules bound the rest, whatever is asked for (`models/law.py`).
    Every class that exists keeps what held for it, if that is stricter, joined or not:
    or its pages would tell whether anybody has joined.

    Args:
        by: The admin.
        values: Checked fields of `Policy`.

    Raises:
        AccessEnded: If that is no admin any more.
    """
    by.hold()
    policy, made = _locked()
    if made:  # what was a default until now is a decision, too
        for name in values:
            setattr(policy, name, None)
    changes = audit.changes(policy, values)
    if policy.jurisdiction:
        changes += audit.changes(policy, policy.within(policy.jurisdiction))
    if changes or made:
        read_policy_anew()  # another process may have changed it a moment ago
        ClassSession.objects.all().hold_to(effective_policy().promise)
        policy.save()
        audit.record(
            action=AuditAction.POLICY,
            actor=by,
            detail="; ".join(changes) or "Confirmed as it was.",
        )
        transaction.on_commit(read_policy_anew)
    return policy


def _locked() -> tuple[Policy, bool]:
    """The row; made where there is none, once, also by two admins at the same moment."""
    defaults = model_to_dict(Policy.decided_or_default(), exclude=["id"])
    rows = Policy.objects.select_for_update()
    return rows.get_or_create(id=THE_ROW, defaults=defaults)
