"""Keep filters of the totals under a name, and let them go."""

from django.db import transaction
from django.utils.translation import gettext as _

from sessions_app.enums import AuditAction
from sessions_app.models import SavedView, User
from sessions_app.services import audit

MOST_VIEWS = 50  # of one person


class NotSaved(ValueError):
    """The view cannot be kept as it is; the sentence says what to change."""


@transaction.atomic
def save(*, user: User, name: str, query: str) -> SavedView:
    """Keep filters under a name.

    Args:
        user: Whose view it is; nobody else sees it.
        name: Another one than those of this person's other views.
        query: The filters, as the address says them.

    Raises:
        NotSaved: If the name is taken, or there are too many views.
    """
    User.objects.select_for_update().get(pk=user.pk)  # one at a time
    if SavedView.objects.filter(user=user, name=name).exists():
        raise NotSaved(
            _(
                "You have a view with this name. Choose another name, or delete that one."
            )
        )
    if SavedView.objects.filter(user=user).count() >= MOST_VIEWS:
        raise NotSaved(
            _("You have %(n)s views, the most there can be. Delete one first.")
            % {"n": MOST_VIEWS}
        )
    view = SavedView.objects.create(user=user, name=name, query=query)
    _note(AuditAction.MADE, view)
    return view


@transaction.atomic
def delete(*, view: SavedView) -> None:
    _note(AuditAction.DELETED, view)
    view.delete()


def _note(action: AuditAction, view: SavedView) -> None:
    audit.record(
        action=action,
        actor=view.user,
        object_id=str(view.pk),
        detail=f"saved view “{view.name}” of the totals",
    )
