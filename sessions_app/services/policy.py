"""The admin's policy: changed as a whole, and never without an entry in the audit."""

from typing import Any

from django.db import transaction

from sessions_app.enums import AuditAction, Jurisdiction
from sessions_app.models import ClassSession, Policy, User
from sessions_app.models.policy import effective_policy, read_policy_anew
from sessions_app.services import audit


@transaction.atomic
def change(*, by: User, **values: Any) -> Policy:
    """Decide some of the policy; what is not named stays.

    In the European Union and the EEA expression is off, whatever else is asked for.
    Every class that exists keeps what held for it, if that is stricter, joined or not:
    or its pages would tell whether anybody has joined.

    Args:
        by: The admin.
        values: Checked fields of `Policy`.
    """
    policy = Policy.objects.select_for_update().first() or Policy.decided_or_default()
    if policy._state.adding:  # what was a default until now is a decision, too
        for name in values:
            setattr(policy, name, None)
    changes = audit.changes(policy, values)
    if policy.jurisdiction == Jurisdiction.EU and policy.expression_on:
        changes += audit.changes(policy, {"expression_on": False})
    if changes or policy._state.adding:
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
