"""Put an alert away, perhaps with an answer to whether it was useful."""

from django.db import transaction

from sessions_app.enums import AuditAction
from sessions_app.minutes.alerts import Alert, lesson_alerts
from sessions_app.models import AlertAnswer, ClassSession, User
from sessions_app.services import audit


class NoSuchAlert(LookupError):
    """The lesson has no alert of this name."""


@transaction.atomic
def answer(
    *, session: ClassSession, key: str, by: User, useful: bool | None = None
) -> Alert:
    """Put an alert away; it is gone from every device, and may be answered later.

    Of two answers the newer one stands; to put it away again changes no answer.

    Raises:
        NoSuchAlert: If the lesson has none of this name.
    """
    alert = next((each for each in lesson_alerts(session) if each.key == key), None)
    if alert is None:
        raise NoSuchAlert(key)
    kept, _made = AlertAnswer.objects.get_or_create(
        session=session, signal=alert.signal, index=alert.index
    )
    if useful is not None and useful != kept.useful:
        kept.useful = useful
        kept.save(update_fields=["useful"])
    audit.marked(session, AuditAction.CHANGED, by=by, what="Alerts")
    return alert
