"""Sending what waits: by one process at a time, again after growing pauses, not for ever.

1. Take the row that is due: count a try and move its time past the lease, in one
   statement that changes nothing if another process was faster.
2. Send, outside any transaction.
3. Write down what became of it, if the row is still this process's.

A process that dies in the middle leaves the row to the next one, after the lease. Where it
died between the receiver's OK and step 3, that next one sends it a second time: no order
of the two steps avoids both that and a loss.
"""

import datetime as dt
import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_app.enums import DeliveryState
from sessions_app.models.delivery import Delivery
from sessions_app.models.erasure import erase_soon

logger = logging.getLogger(__name__)

D = TypeVar("D", bound=Delivery)

CLOCKS_DIFFER = dt.timedelta(hours=1)  # between machines, at most
_AT_ONCE = 200  # in one round; the next begins seconds later
_MOST_OF_AN_ERROR = 300  # characters


class CannotLeave(Exception):
    """It was not sent; the text says why in one sentence.

    Args:
        why: In one sentence, for admins, without a secret.
        for_good: It will never be accepted, so that no further try is worth it.
        nor_others: The way is closed, so that others of its kind would fare alike.
    """

    def __init__(
        self, why: str, *, for_good: bool = False, nor_others: bool = False
    ) -> None:
        super().__init__(why)
        self.for_good, self.nor_others = for_good, nor_others


class NobodyNeedsIt(Exception):
    """What it was about is gone; the row goes, too."""


def work_off(
    model: type[D],
    send: Callable[[D], None],
    *,
    lease: dt.timedelta,
    pauses: tuple[dt.timedelta, ...],
) -> None:
    """Send what is due, oldest first, until nothing is or the way is closed.

    Args:
        model: The rows.
        send: Sends one; raises `CannotLeave`, or `NobodyNeedsIt` to have it deleted.
        lease: Longer than a sending can take.
        pauses: Between tries; after the last of them follows one more.
    """
    for _round in range(_AT_ONCE):
        row = _take(model, lease, max(lease, *pauses))
        if row is None or not _try(row, send, pauses):
            return


@transaction.atomic
def send_again(row: Delivery, *, but: DeliveryState = DeliveryState.SENT) -> bool:
    """Let a row begin again, with as much time as at first; whether it did.

    Args:
        row: One that does not wait.
        but: A state that stays: by default what was sent is not sent again.

    Raises:
        DoesNotExist: If it was deleted meanwhile.
    """
    rows = type(row)._default_manager
    stored = rows.select_for_update().get(pk=row.pk)
    if stored.state in {DeliveryState.WAITING, but}:
        return False
    now = timezone.now()
    lasts = stored.expires_at - stored.created_at
    waiting = {"state": DeliveryState.WAITING, "tries": 0, "done_at": None}
    rows.filter(pk=row.pk).update(**waiting, due_at=now, expires_at=now + lasts)
    return True


def _take(model: type[D], lease: dt.timedelta, longest: dt.timedelta) -> D | None:
    """The next row that is due, and now this process's.

    So is one that is due later than any pause from now: the clock went back meanwhile.
    """
    while True:
        now = timezone.now()
        far = Q(due_at__gt=now + longest + CLOCKS_DIFFER)
        due = model._default_manager.filter(
            Q(due_at__lte=now) | far, state=DeliveryState.WAITING
        )
        row = due.order_by("due_at").first()
        if row is None:
            return None
        mine = due.filter(pk=row.pk, tries=row.tries)
        if mine.update(tries=F("tries") + 1, due_at=now + lease):
            row.tries += 1
            return row


def _try(row: D, send: Callable[[D], None], pauses: tuple[dt.timedelta, ...]) -> bool:
    """Send one; whether the way is open for others."""
    if timezone.now() >= row.expires_at:
        _settle(row, DeliveryState.GIVEN_UP, row.last_error or _("It was too late."))
        return True
    try:
        send(row)
    except NobodyNeedsIt:
        type(row)._default_manager.filter(pk=row.pk).delete()
    except CannotLeave as error:
        _postpone(row, error, pauses)
        return not error.nor_others
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 -- one fault must not stop the others
        kind = type(error).__name__  # its text may quote a link
        logger.error("%s %s not sent: %s", row._meta.label, row.pk, kind)  # noqa: TRY400
        why = _("This is a fault of Classmood (%(kind)s).") % {"kind": kind}
        _postpone(row, CannotLeave(why), pauses)
    else:
        _settle(row, DeliveryState.SENT, "")
    return True


def _postpone(
    row: Delivery, error: CannotLeave, pauses: tuple[dt.timedelta, ...]
) -> None:
    why = str(error)[:_MOST_OF_AN_ERROR]
    past = row.tries > len(pauses)
    due_at = timezone.now() if past else timezone.now() + pauses[row.tries - 1]
    if error.for_good or past or due_at >= row.expires_at:
        _settle(row, DeliveryState.GIVEN_UP, why)
        return
    logger.info("%s %s not sent, is tried again", row._meta.label, row.pk)
    _still_mine(row).update(due_at=due_at, last_error=why)


def _settle(row: Delivery, state: DeliveryState, why: str) -> None:
    if state == DeliveryState.GIVEN_UP:
        logger.warning("%s %s is given up", row._meta.label, row.pk)
    blank = row.BLANK_WHEN_SENT if state == DeliveryState.SENT else {}
    _still_mine(row).update(
        state=state, done_at=timezone.now(), last_error=why, **blank
    )
    erase_soon()


def _still_mine(row: Delivery) -> QuerySet[Delivery]:
    """The row, unless another process took it over or an admin deleted it."""
    return type(row)._default_manager.filter(
        pk=row.pk, state=DeliveryState.WAITING, tries=row.tries
    )
