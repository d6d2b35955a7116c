"""One press or many, one row: what a repeated form or call made is not made again."""

import datetime as dt
import hashlib
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from sessions_app.models import Press, User

LASTS = dt.timedelta(minutes=10)  # the same again after that is meant


def digest_of(*, by: User, where: str, key: str, sent: str) -> str:
    """What identifies a repetition: sender, content, address and key; blank without a key."""
    if not key:
        return ""
    return hashlib.sha256(
        "\0".join((str(by.pk), where, key, sent)).encode()
    ).hexdigest()


def made_before(digest: str) -> str:
    """The id of what the same press has made; blank if it is the first."""
    lately = Press.objects.filter(at__gt=timezone.now() - LASTS)
    return lately.filter(digest=digest).values_list("made", flat=True).first() or ""


@transaction.atomic
def once(
    digest: str,
    make: Callable[[], str],
    again: Callable[[str], str] = lambda made: made,
) -> str:
    """Make something, once for a digest, also if the same comes twice at a time.

    Args:
        digest: Of the press; blank for a caller who gave no key.
        make: Makes a row and returns its id.
        again: What a repetition does with the id; returns the one from now on.
    """
    if not digest:
        return make()
    Press.objects.filter(digest=digest, at__lte=timezone.now() - LASTS).delete()
    press, first = Press.objects.get_or_create(digest=digest)
    press.made = make() if first else again(press.made)
    press.save(update_fields=["made"])
    return press.made
