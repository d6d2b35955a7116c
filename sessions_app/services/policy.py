"""The admin's policy: changed as a whole, and never without an entry in the audit."""

from typing import Any

from django.db import transaction

from sessions_app.enums import AuditAction, Jurisdiction
from sessions_app.models import Policy, User
from sessions_app.models.policy import read_policy_anew
from sessions_app.services import audit


@transaction.atomic
def change(*, by: User, **values: Any) -> Policy:
    """Decide some of the policy; what is not named stays.

    In the European Union and the EEA expression is off, whatever else is asked for.

    Args:
        by: The admin.
        values: Checked fields of `Policy`.
    """
    policy = Policy.objects.select_for_update().first() or Policy.decided_or_default()
    before = {name: getattr(policy, name) for name in values}
    for name, value in values.items():
        setattr(policy, name, value)
    if policy.jurisdiction == Jurisdiction.EU and policy.expression_on:
        before["expression_on"], policy.expression_on = True, False
    changes = _in_words(policy, before)
    if changes or policy._state.adding:
        policy.save()
        audit.record(
            action=AuditAction.POLICY,
            actor=by,
            detail="; ".join(changes) or "Confirmed as it was.",
        )
        transaction.on_commit(read_policy_anew)
    return policy


def _in_words(policy: Policy, before: dict[str, Any]) -> list[str]:
    """One sentence per field that is not what it was."""
    return [
        f"{_label(name)}: {_word(old)} → {_word(getattr(policy, name))}"
        for name, old in before.items()
        if old != getattr(policy, name)
    ]


def _label(name: str) -> str:
    return str(Policy._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)
