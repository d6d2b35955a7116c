"""What no backup holds: what lets its reader in, or tells more than is shown of a lesson.

The database deletes both soon; a backup would keep them as long as itself. Nor does it
hold what students said after it was made.
"""

from collections.abc import Mapping

from django.utils import timezone

from sessions_app.enums import SessionState
from sessions_app.models import ClassMinute, Consent, LogIn, LtiLaunch, Participant
from sessions_app.models.participant import new_cell_key

NO_ROWS = frozenset(  # everybody logs in again
    {LogIn._meta.db_table, LtiLaunch._meta.db_table}
)
BLANK: Mapping[str, Mapping[str, str | None]] = {
    Participant._meta.db_table: {"cell_key": None, "sign_in_hash": ""},
    ClassMinute._meta.db_table: {"numbers": None},
}


def make_new_keys(database: str) -> None:
    """Give students of lessons that are not over a key for the noise to come.

    Args:
        database: An alias.
    """
    without = Participant.objects.using(database).filter(cell_key=None)
    without = without.exclude(session__state=SessionState.ENDED)
    for key in list(without.values_list("pk", flat=True)):
        Participant.objects.using(database).filter(pk=key).update(
            cell_key=new_cell_key()
        )


def withdraw_yeses(database: str) -> None:
    """Take no yes for the last word in lessons that are not over: it may have been a no.

    Args:
        database: An alias.
    """
    latest = Consent.objects.using(database).latest_decisions().filter(given=True)
    yeses = latest.exclude(participant__session__state=SessionState.ENDED)
    noes = list(yeses)
    for no in noes:  # the same text was read, so the row says it again
        no.pk, no.given, no.decided_at = None, False, timezone.now()
    Consent.objects.using(database).bulk_create(noes)
