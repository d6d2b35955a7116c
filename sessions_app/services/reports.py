"""Have the reports of lessons made: outside requests and sockets, once, and again on change.

A report waits as a row until its lesson has ended. Then any process may claim it for a
while, draw it and store it; a claim that lapses, since its process ended, is taken again.
"""

import datetime as dt
import logging
import time

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from sessions_app.enums import AuditAction, ReportProblem, ReportState, SessionState
from sessions_app.models import ClassSession, Report, ReportPdf, User, erase_soon
from sessions_app.reports.content import report_content
from sessions_app.reports.pdf import DRAWN_WITHIN_S, NotDrawn, TookTooLong, as_pdf
from sessions_app.services import audit, outbox, webhooks
from sessions_app.services.deliveries import CLOCKS_DIFFER
from sessions_app.services.sessions import WrongState
from sessions_app.web import reader_zone

logger = logging.getLogger(__name__)

CLAIM_LASTS = dt.timedelta(seconds=DRAWN_WITHIN_S + 15)
MOST_TRIES = 3
RESTS = 2  # times what a report took, before the next one, while lessons run
# So many of the last half minute, with those that wait, are a whole school's.
_MANY, _LATELY = 10, dt.timedelta(seconds=30)
_ONE_EVERY_S = 2.5  # then: a hundred lessons have theirs within five minutes
_LONGEST_REST_S = 5.0


@transaction.atomic
def ask(*, session: ClassSession, by: User) -> Report:
    """Have a lesson's report made, or made again, as the reader who asks reads: clock, language.

    Raises:
        WrongState: While the lesson is not over.
    """
    locked = ClassSession.objects.select_for_update().get(pk=session.pk)
    if locked.state != SessionState.ENDED:
        raise WrongState(
            _("This lesson is not over; its report is made after its end.")
        )
    reports = Report.objects.filter(session=locked)
    Report.objects.expect(locked)
    reports.update(**reports.as_read_now())
    reports.make_again()
    audit.about(locked, AuditAction.CHANGED, by=by, more="; its report was made again")
    return reports.get()


def make_next(*, now: dt.datetime) -> bool:
    """Make one report that is due; tell whether there was one.

    Safe to run in several processes at once.

    1. Claim the row, unless another process was quicker.
    2. Gather the content and draw it.
    3. Store it, unless something has changed since; then the row waits again already.
    """
    report = _due(now).select_related("session__course", "session__teacher").first()
    if report is None:
        return False
    if report.tries >= MOST_TRIES:
        _fail(report, ReportProblem.GONE)
    elif _claim(report, now):
        _make(report)
    return True


def make_due() -> None:
    """Make all reports that are due, one after another, with a rest after each.

    When a whole school's lessons end at once, frames of those that go on share the
    processor, and Python, with this.
    """
    began = time.monotonic()
    while make_next(now=timezone.now()):
        time.sleep(_rest_s(time.monotonic() - began))
        began = time.monotonic()


def _rest_s(took_s: float) -> float:
    """How long to rest after a report that took so long; not at all where no lesson runs."""
    if not ClassSession.objects.running().exists():
        return 0.0
    rest_s, now = RESTS * took_s, timezone.now()
    lately = Report.objects.filter(made_at__gt=now - _LATELY).count()
    if lately + _due(now).count() > _MANY:
        rest_s = max(rest_s, _ONE_EVERY_S - took_s)
    return min(rest_s, _LONGEST_REST_S)


def announce(report: Report) -> None:
    """Tell who wants to know that a lesson's report is there; called once for each.

    Webhooks that want to know it, and teachers who asked for the PDF by e-mail.
    """
    session = report.session
    path = reverse("session-report", args=[session.pk])
    webhooks.tell("report.ready", session, report_url=path)
    teaches = Q(pk=session.teacher_id)
    if session.course_id is not None:
        teaches |= Q(co_teachings__course=session.course_id)
    asked = User.objects.filter(teaches, is_active=True, mails_reports=True)
    for user in asked.distinct():
        outbox.put("report", to=user.email, user=user.pk, session=str(session.pk))
        more = f"; its report was sent to {user.email}"
        audit.about(session, AuditAction.EXPORTED, by=None, more=more)


def _due(now: dt.datetime) -> QuerySet[Report]:
    over = Q(claimed_until__lte=now)
    over |= Q(
        claimed_until__gt=now + CLAIM_LASTS + CLOCKS_DIFFER
    )  # the clock went back
    lapsed = over & Q(state=ReportState.MAKING)
    ready = Q(state=ReportState.WAITING) | lapsed
    return Report.objects.filter(ready, session__state=SessionState.ENDED).order_by(
        "session__ended_at"
    )


def _same(report: Report) -> QuerySet[Report]:
    """The row, if nobody has changed it since it was read."""
    return Report.objects.filter(
        pk=report.pk,
        revision=report.revision,
        state=report.state,
        tries=report.tries,
        claimed_until=report.claimed_until,
    )


def _claim(report: Report, now: dt.datetime) -> bool:
    until = now + CLAIM_LASTS
    claimed = _same(report).update(
        state=ReportState.MAKING, tries=F("tries") + 1, claimed_until=until
    )
    report.state, report.claimed_until = ReportState.MAKING, until
    report.tries += 1
    return bool(claimed)


def _make(report: Report) -> None:
    zone = reader_zone.zone(report.time_zone)
    try:
        with override(report.language), timezone.override(zone):
            pdf = as_pdf(report_content(report.session))
    except (OperationalError, InterfaceError):
        raise  # no fault of the report: the claim lapses, and it is made then
    except NotDrawn as error:
        logger.warning("The report of lesson %s was not drawn: %s", report.pk, error)
        slow = isinstance(error, TookTooLong)
        _fail(report, ReportProblem.SLOW if slow else ReportProblem.BROKEN)
    except Exception:  # one broken report holds up no other
        logger.exception("The report of lesson %s could not be made", report.pk)
        _fail(report, ReportProblem.BROKEN)
    else:
        _store(report, pdf)


def _store(report: Report, pdf: bytes) -> None:
    with transaction.atomic():
        done = {"made_at": timezone.now(), "claimed_until": None}
        if not _same(report).update(state=ReportState.READY, problem="", **done):
            return  # changed, deleted, or claimed by another process meanwhile
        ReportPdf.objects.update_or_create(report=report, defaults={"content": pdf})
        erase_soon()  # of the one before
        first = Report.objects.filter(pk=report.pk, announced_at=None)
        if first.update(announced_at=timezone.now()):
            announce(report)


def _fail(report: Report, problem: ReportProblem) -> None:
    """Let it be tried again, or say that it failed after so many tries."""
    state = ReportState.FAILED if report.tries >= MOST_TRIES else ReportState.WAITING
    _same(report).update(state=state, problem=problem, claimed_until=None)
