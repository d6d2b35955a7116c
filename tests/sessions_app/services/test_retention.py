import datetime as dt
from io import StringIO

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from sessions_app.enums import AuditAction, Purpose
from sessions_app.models import (
    ApiToken,
    AuditEntry,
    ClassMinute,
    ClassSession,
    Consent,
    Invitation,
    Participant,
)
from sessions_app.models import LogIn as Session
from sessions_app.services import audit, retention, tokens
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    InvitationFactory,
    LtiLaunchFactory,
    LtiLinkFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db

NOTHING = {
    "lessons": 0,
    "audit entries": 0,
    "entries of the admin site": 0,
    "invitations": 0,
    "e-mails": 0,
    "calls of webhooks": 0,
    "launches from a learning platform": 0,
    "links to register a learning platform": 0,
    "API tokens": 0,
    "browser sessions": 0,
    "cancelled lessons": 0,
    "logins": 0,
    "failed logins": 0,
    "keys of forms": 0,
}


def ago(**span):
    return timezone.now() - dt.timedelta(**span)


def ended(days, **values):
    """A class that ended some days ago, with a student and a minute."""
    session = ClassSessionFactory(ended=True, **values)
    times = {"started_at": ago(days=days, hours=1), "ended_at": ago(days=days)}
    ClassSession.objects.filter(pk=session.pk).update(**times)
    ParticipantFactory(session=session, agreed=[Purpose.PULSE])
    ClassMinuteFactory(session=session)
    return session


def purge(**options):
    return retention.purge(now=timezone.now(), **options)


def test_nothing_is_old_at_first():
    assert purge() == NOTHING
    assert not AuditEntry.objects.exists()


def test_a_class_goes_after_its_year_with_everything_in_it():
    old, young = ended(366), ended(364)

    assert purge() == NOTHING | {"lessons": 1}

    assert not ClassSession.objects.filter(pk=old.pk).exists()
    for rows in (ClassSession, Participant, ClassMinute, Consent):
        assert rows.objects.count() == 1
    assert Participant.objects.get().session == young


def test_the_policy_sets_how_long_a_class_is_kept(decide):
    ended(31)

    decide(sessions_kept_days=32)
    assert purge() == NOTHING
    decide(sessions_kept_days=30)
    assert purge() == NOTHING | {"lessons": 1}


def test_a_draft_goes_too_and_a_running_class_stays():
    ClassSessionFactory(created_at=ago(days=400))
    running = ClassSessionFactory(live=True, created_at=ago(days=400))

    assert purge() == NOTHING | {"lessons": 1}

    assert ClassSession.objects.get() == running


def test_a_draft_that_is_started_as_its_time_is_over_stays():
    draft = ClassSessionFactory(created_at=ago(days=400))
    started = []

    def start(execute, sql, params, many, context):
        if sql.startswith("SAVEPOINT") and not started:
            started.append(draft)
            ClassSession.objects.update(state="live", started_at=timezone.now())
        return execute(sql, params, many, context)

    with connection.execute_wrapper(start):
        counts = purge()

    assert (counts, started) == (NOTHING, [draft])
    assert ClassSession.objects.get() == draft


def test_the_audit_goes_after_two_years_and_says_so():
    for days in (731, 729):
        entry = AuditEntry(action=AuditAction.VIEWED, at=ago(days=days))
        entry.save()

    assert purge() == NOTHING | {"audit entries": 1}

    told, kept = AuditEntry.objects.all()
    assert (told.actor, told.detail) == ("", "Their time was over: 1 audit entries")
    assert kept.at == entry.at


def test_what_django_notes_of_its_admin_site_goes_with_the_audit(boss):
    for days in (731, 729):
        LogEntry.objects.log_actions(boss.pk, [boss], CHANGE, single_object=True)
        newest = LogEntry.objects.filter(pk=LogEntry.objects.latest("pk").pk)
        newest.update(action_time=ago(days=days))

    assert purge() == NOTHING | {"entries of the admin site": 1}


def test_invitations_and_logins_go_after_a_month():
    for days in (31, 29):
        InvitationFactory(created_at=ago(days=days))
        Session.objects.create(session_key=f"{days}", expire_date=ago(days=days - 30))
        for rows in (AccessLog, AccessAttempt):
            row = {"ip_address": "10.0.0.1", "username": str(days)}
            if rows is AccessAttempt:
                row["failures_since_start"] = 1
            made = rows.objects.create(**row)
            rows.objects.filter(pk=made.pk).update(attempt_time=ago(days=days))

    counts = purge()

    others = {
        "lessons": 0,
        "audit entries": 0,
        "entries of the admin site": 0,
        "e-mails": 0,
        "calls of webhooks": 0,
        "launches from a learning platform": 0,
        "links to register a learning platform": 0,
        "API tokens": 0,
        "cancelled lessons": 0,
        "keys of forms": 0,
    }
    assert counts == dict.fromkeys(NOTHING, 1) | others
    for rows in (Invitation, Session, AccessLog, AccessAttempt):
        assert rows.objects.count() == 1


def test_launches_go_after_an_hour_and_links_to_register_after_a_month():
    for minutes in (59, 61):
        LtiLaunchFactory(at=ago(minutes=minutes))
    for days in (29, 31):
        LtiLinkFactory(created_at=ago(days=days))

    assert purge() == NOTHING | {
        "launches from a learning platform": 1,
        "links to register a learning platform": 1,
    }


def test_a_token_goes_when_it_ends(teacher):
    for hours in (-1, 1):
        lasts = dt.timedelta(hours=hours)
        tokens.issue(user=teacher, name=f"{hours}", scope="read", lasts=lasts)

    assert purge() == NOTHING | {"API tokens": 1}

    assert ApiToken.objects.get().name == "1"


def test_a_dry_run_counts_and_deletes_nothing():
    ended(366)
    out = StringIO()

    assert purge(dry_run=True) == NOTHING | {"lessons": 1}
    call_command("apply_retention", "--dry-run", stdout=out)

    assert "1 lessons to delete" in out.getvalue()
    assert ClassSession.objects.count() == 1
    assert not AuditEntry.objects.exists()


def test_the_command_deletes_what_the_dry_run_announced():
    ended(366)
    ClassSessionFactory(live=True, started_at=ago(hours=13))
    out = StringIO()

    call_command("apply_retention", stdout=out)

    assert "1 lessons deleted" in out.getvalue()
    assert "1 forgotten lessons ended" in out.getvalue()
    assert ClassSession.objects.get().state == "ending"


def test_the_clock_takes_a_share_at_a_time_until_all_is_done(monkeypatch):
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(3):
        ended(366)

    shares = [retention.apply_some(now=timezone.now()) for _ in range(2)]

    assert shares == [True, False]
    assert not ClassSession.objects.exists()


# --- forgotten classes ----------------------------------------------------------------


def end_forgotten():
    return retention.end_forgotten(now=timezone.now())


@pytest.mark.parametrize("state", ["live", "paused"])
def test_a_class_without_students_for_half_a_day_is_ended(state):
    session = ClassSessionFactory(**{state: True}, started_at=ago(hours=13))

    assert end_forgotten() == 1

    session.refresh_from_db()
    assert session.state == "ending"
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action) == ("", "ended")
    assert entry.object_id == str(session.pk)


@pytest.mark.parametrize(
    "shown", [{"released": True}, {"pulse_status": "released", "pulse": {"ok": 1.0}}]
)
def test_a_long_class_that_shows_numbers_goes_on(shown):
    session = ClassSessionFactory(live=True, started_at=ago(hours=30))
    ClassMinuteFactory(session=session, starts_at=ago(hours=11), **shown)

    assert end_forgotten() == 0


def test_a_class_that_has_shown_nothing_for_long_is_ended_whoever_is_there():
    """An end after the last student's leaving would tell of it."""
    session = ClassSessionFactory(live=True, started_at=ago(hours=30))
    ClassMinuteFactory(session=session, starts_at=ago(hours=13), released=True)
    ClassMinuteFactory(session=session, starts_at=ago(hours=1))

    assert end_forgotten() == 1


def test_young_ended_and_unbegun_classes_are_not_forgotten():
    ClassSessionFactory(live=True, started_at=ago(hours=11))
    ClassSessionFactory(created_at=ago(days=3))
    ended(1)

    assert end_forgotten() == 0


def test_ending_twice_is_written_down_once(teacher):
    ClassSessionFactory(live=True, teacher=teacher, started_at=ago(hours=13))
    audit.record(action=AuditAction.VIEWED, actor=teacher)

    assert [end_forgotten(), end_forgotten()] == [1, 0]
    assert AuditEntry.objects.count() == 2
