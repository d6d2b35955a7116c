"""Staff: invited by an admin, then known by the password they choose."""

import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from sessions_app.enums import AuditAction
from sessions_app.models import Invitation, User
from sessions_app.models.people import invitation_token, token_hash
from sessions_app.services import audit, mail, outbox

FIRST_ADMIN = "admin@localhost"


class InvitationOver(Exception):
    """The invitation was used, revoked, replaced or is too old."""


@transaction.atomic
def invite(
    *, email: str, role: str, invited_by: User, seed: str = ""
) -> tuple[Invitation, str]:
    """Keep a seat for an address. A second invitation replaces the first.

    Args:
        seed: What the link's token is made of, with the server's secret; a new one
            where it is blank.

    Returns:
        The invitation, and its seed, which is kept nowhere but in a mail that waits.
    """
    invited_by.hold()
    seed = seed or secrets.token_hex(32)
    while True:
        try:
            invitation = _replace_invitation(email, role, invited_by, seed)
            break
        except (
            IntegrityError
        ):  # another admin's was faster by a moment; this one replaces it
            continue
    _note(AuditAction.MADE, invitation, by=invited_by)
    return invitation, seed


@transaction.atomic
def _replace_invitation(
    email: str, role: str, invited_by: User, seed: str
) -> Invitation:
    Invitation.objects.filter(email__iexact=email, accepted_at=None).delete()
    return Invitation.objects.create(
        email=email.lower(),
        role=role,
        invited_by=invited_by,
        token_hash=token_hash(invitation_token(seed)),
    )


def send_invitation(*, invitation: Invitation, seed: str, site: str) -> bool:
    """Have the link mailed; whether the mailbox has not had enough for now.

    Args:
        seed: As `invite` returned it.
        site: What the link begins with.
    """
    if mail.is_one_too_many(invitation.email):
        return False
    outbox.put("invitation", to=invitation.email, seed=seed, site=site)
    return True


@transaction.atomic
def accept_invitation(*, token: str, name: str, password: str) -> User:
    """Turn an open invitation into an account, once.

    Raises:
        InvitationOver: If it cannot be accepted any more.
    """
    found = Invitation.objects.opened_by(token).select_for_update().first()
    if found is None or User.objects.filter(email__iexact=found.email).exists():
        raise InvitationOver
    found.accepted_at = timezone.now()
    found.save(update_fields=["accepted_at"])
    try:
        with transaction.atomic():
            user = User.objects.create_user(
                found.email, password, name=name, role=found.role
            )
    except IntegrityError as error:  # by the school's sign-on, at this moment
        raise InvitationOver from error
    audit.record(
        action=AuditAction.MADE,
        actor=user,
        object_id=str(user.pk),
        detail=f"own account as {user.role}, invited by {found.invited_by.email}",
    )
    return user


@transaction.atomic
def make_first_admin() -> str:
    """Make an admin where nobody has an account yet.

    Returns:
        The password, which is kept nowhere; blank where there are accounts.
    """
    if User.objects.exists():
        return ""
    password = secrets.token_hex(8)
    user = User.objects.create_superuser(FIRST_ADMIN, password, name="Admin")
    audit.record(
        action=AuditAction.MADE,
        actor=user,
        object_id=str(user.pk),
        detail=f"own account as {user.role}, at the first start",
    )
    return password


@transaction.atomic
def change(*, user: User, by: User, **values: Any) -> User:
    """Rename somebody, change the role, close or open the account.

    An account that is closed loses its log-ins, API tokens and, as an admin's that gets
    another role does, its invitations; it loses its tokens with every change of role.

    Raises:
        LastAdmin: If no active admin would be left; nothing has changed.
        AccessEnded: If it is another's, and who changes it is no admin any more.
    """
    if by.pk != user.pk:
        list(
            User.objects.select_for_update()
            .filter(pk__in=[by.pk, user.pk])
            .order_by("pk")
        )
        by.hold()
    stored = User.objects.select_for_update().get(pk=user.pk)
    if changed := audit.changes(stored, values):
        if not stored.mails_digest:  # asked for again, it begins with the next Monday
            stored.digest_week = None
        stored.save(update_fields=[*values, "digest_week"])
        audit.record(
            action=AuditAction.CHANGED,
            actor=by,
            object_id=str(stored.pk),
            detail=f"account {stored.email}; {'; '.join(changed)}",
        )
    return stored


@transaction.atomic
def choose_password(*, user: User, password: str, how: str) -> User:
    """Give somebody the password they chose; their log-ins and API tokens end.

    Args:
        user: The account, which is also the actor: nobody chooses for somebody else.
        password: Checked already.
        how: What the audit says: by the old password, or by a link in a mail.

    Raises:
        AccessEnded: If another one was chosen, or the account closed, since `user` was read.
    """
    user.hold()
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(
        action=AuditAction.PASSWORD,
        actor=user,
        object_id=str(user.pk),
        detail=f"{how}; log-ins elsewhere and API tokens ended",
    )
    return user


@transaction.atomic
def revoke(*, invitation: Invitation, by: User) -> None:
    """Take an open invitation back; its link stops working."""
    _note(AuditAction.REVOKED, invitation, by=by)
    invitation.delete()


def _note(action: AuditAction, invitation: Invitation, *, by: User) -> None:
    detail = f"invitation of {invitation.email} as {invitation.role}"
    audit.record(action=action, actor=by, detail=detail)
