"""What has been kept for as long as the policy allows, and what was forgotten."""

import datetime as dt
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import LogEntry
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_noop as _

from sessions_app.enums import MinuteStatus, SessionState
from sessions_app.models import (
    ApiToken,
    AuditEntry,
    CancelledLesson,
    ClassMinute,
    ClassSession,
    Invitation,
    LogIn,
    LtiLaunch,
    LtiLink,
    OutgoingMail,
    Press,
    WebhookCall,
)
from sessions_app.models.policy import effective_policy

FORGOTTEN_AFTER = dt.timedelta(hours=12)
LOGINS_KEPT = dt.timedelta(days=30)  # they hold the addresses of browsers
CANCELLED_KEPT = dt.timedelta(days=30)  # after their time, for calendars
INVITATIONS_KEPT = dt.timedelta(days=30)  # longer than one can be accepted
LAUNCHES_KEPT = dt.timedelta(hours=1)  # longer than one could be repeated
MAILS_KEPT = dt.timedelta(days=30)  # rows of mails, without their texts


def outdated(*, now: dt.datetime) -> dict[str, QuerySet[Any]]:
    """The rows of each kind that are older than the policy allows.

    Args:
        now: The moment that ages are counted to.
    """
    policy = effective_policy()
    audited_before = now - dt.timedelta(days=policy.audit_kept_days)
    attempted = Q(attempt_time__lt=now - LOGINS_KEPT)
    return {
        _("lessons"): ClassSession.objects.filter(_kept_long_enough(now)),
        _("audit entries"): AuditEntry.objects.filter(at__lt=audited_before),
        # Django's own of its admin site, which name accounts, too.
        _("entries of the admin site"): LogEntry.objects.filter(
            action_time__lt=audited_before
        ),
        _("invitations"): Invitation.objects.filter(
            created_at__lt=now - INVITATIONS_KEPT
        ),
        _("e-mails"): OutgoingMail.objects.filter(created_at__lt=now - MAILS_KEPT),
        _("calls of webhooks"): WebhookCall.objects.filter(
            created_at__lt=now - MAILS_KEPT
        ),
        _("API tokens"): ApiToken.objects.filter(expiry__lt=now),
        _("browser sessions"): LogIn.objects.filter(expire_date__lt=now),
        _("launches from a learning platform"): LtiLaunch.objects.filter(
            at__lt=now - LAUNCHES_KEPT
        ),
        _("links to register a learning platform"): LtiLink.objects.filter(
            created_at__lt=now - INVITATIONS_KEPT
        ),
        _("cancelled lessons"): CancelledLesson.objects.filter(
            planned_at__lt=now - CANCELLED_KEPT
        ),
        _("keys of forms"): Press.objects.filter(at__lt=now - dt.timedelta(days=1)),
        _("logins"): AccessLog.objects.filter(attempted),
        _("failed logins"): AccessAttempt.objects.filter(attempted),
    }


def _kept_long_enough(now: dt.datetime) -> Q:
    """Classes whose time is over, by the policy or by what one of their students read."""
    allowed = effective_policy().sessions_kept_days
    promised = ClassSession.objects.filter(kept_days__lt=allowed).order_by("kept_days")
    found = _ended_before(now - dt.timedelta(days=allowed))
    for days in promised.values_list("kept_days", flat=True).distinct():
        before = now - dt.timedelta(days=days or 0)
        found |= Q(kept_days=days) & _ended_before(before)
    return found


def _ended_before(moment: dt.datetime) -> Q:
    """Ended by then; of a draft, made and planned by then."""
    planned = Q(planned_at__isnull=True) | Q(planned_at__lt=moment)
    return Q(state=SessionState.ENDED, ended_at__lt=moment) | Q(
        planned, state=SessionState.DRAFT, created_at__lt=moment
    )


def forgotten(*, now: dt.datetime) -> QuerySet[ClassSession]:
    """Open classes that have shown no number for half a day.

    Whether nobody is there or a few are is not asked: an end would tell.
    """
    since = now - FORGOTTEN_AFTER
    shown = ClassMinute.objects.filter(
        Q(status=MinuteStatus.RELEASED) | Q(pulse_status=MinuteStatus.RELEASED),
        session=OuterRef("pk"),
        starts_at__gt=since,
    )
    return ClassSession.objects.filter(
        ~Exists(shown),
        state__in=[SessionState.LIVE, SessionState.PAUSED],
        started_at__lt=since,
    )
