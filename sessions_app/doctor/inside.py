"""What the platform stands on: settings, stores, model, policy, mail, disk."""

import datetime as dt
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core import checks as django_checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from inference.artefact import ArtefactRefused
from sessions_app import health
from sessions_app.backups.making import last_made
from sessions_app.backups.versions import applied, unknown
from sessions_app.doctor.findings import (
    Check,
    Finding,
    Findings,
    fault,
    ok,
    skipped,
    warning,
)
from sessions_app.doctor.outside import clocks_agree
from sessions_app.enums import DeliveryState
from sessions_app.models import OutgoingMail
from sessions_app.selectors.policy import remarks, sends_mail, violations
from sessions_app.services.deliveries import CannotLeave
from sessions_app.services.mail import knock

_LEAST_SHARE, _LEAST_FREE = 0.05, 500_000_000  # of a disk; bytes
_LITTLE_SHARE, _LITTLE_FREE = 0.10, 2_000_000_000
_A_DAY_MISSED, _NEWEST_BACKUP_AT_MOST = dt.timedelta(days=2), dt.timedelta(days=7)
# HSTS for hosts that are not ours; the operator decides, by settings of their own.
_DECIDED = {"security.W005", "security.W021"}
_MAILS_LEAVE_WITHIN = dt.timedelta(hours=1)
_PARTS = {
    "database": "See that PostgreSQL runs, and check FER_DATABASE_URL.",
    "artefact": "Install this version's files again, or check FER_ARTEFACT.",
    "redis": "See that it runs, and check FER_REDIS_URL.",
    "live_redis": "See that it runs, keeps nothing (docker-compose.yml has the options), "
    "and check FER_LIVE_REDIS_URL.",
}


def checks() -> dict[str, Check]:
    """What is asked, by name, in this order."""
    parts = {
        name: partial(_part, name, asked) for name, asked in health.checks().items()
    }
    return {
        "settings": _settings,
        **parts,
        "migrations": _needs_database(_migrations),
        "policy": _needs_database(_policy),
        "clock": _needs_database(_clock),
        **_of_a_cluster(),
        "mail": _needs_database(_mail),
        "disk": _disk,
        "backup": _needs_database(_backup),
    }


def _of_a_cluster() -> dict[str, Check]:
    if not settings.FER_CLUSTER:
        return {}
    from sessions_app.doctor import cluster  # noqa: PLC0415 -- clusters alone

    return cluster.checks()


def _settings() -> Findings:
    if settings.FER_DEMO:
        yield warning(
            "This is the demo: its passwords are published, its numbers protect nobody.",
            "For real use: `make serve` or docker-compose.yml.",
        )
    checked = django_checks.run_checks(include_deployment_checks=not settings.FER_DEMO)
    found = list(_wrong(checked))
    yield from found or [ok("Django's checks find nothing wrong.")]


def _wrong(checked: list[django_checks.CheckMessage]) -> Findings:
    for each in checked:
        told = each.level >= django_checks.WARNING and not each.is_silenced()
        if told and each.id not in _DECIDED:
            said = fault if each.is_serious() else warning
            yield said(f"{each.msg} ({each.id})", each.hint or "See docs/settings.md.")


def _part(name: str, asked: health.Check) -> Findings:
    try:
        answer = asked()
    except (health.PartAway, ArtefactRefused) as error:
        yield fault(str(error), _PARTS[name])
    else:
        more = f", with the hash {str(answer)[:12]}" if answer else ""
        yield ok(f"It is as it should be{more}.")


def _needs_database(judge: Callable[[], Findings]) -> Check:
    def check() -> Findings:
        try:
            yield from judge()
        except DatabaseError as error:
            text = str(error).strip().splitlines()[0]
            yield skipped(f"The database cannot say: {text}")

    return check


def _migrations() -> Findings:
    yield from _wrong(
        django_checks.run_checks(
            tags=[django_checks.Tags.database], databases=["default"]
        )
    )
    if newer := unknown(applied(connection)):
        yield fault(
            f"The database is of a newer version: it has {'.'.join(newer[0])}.",
            "Install that version, or restore a backup that was made before "
            "(docs/upgrade.md).",
        )
        return
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{each.app_label}.{each.name}" for each, _ in plan[:3])
        yield fault(
            f"The database lacks {len(plan)} of this version's migrations: {names}"
            f"{' ...' if len(plan) > 3 else '.'}",
            "Make a backup, then run `manage.py migrate` (docs/upgrade.md).",
        )
    else:
        yield ok("The database has the tables of this version.")


def _policy() -> Findings:
    found = violations(now=timezone.now())
    for sentence in found:
        yield fault(sentence, "`manage.py policy_check` says what holds.")
    for sentence in remarks(today=timezone.localdate()):
        yield warning(sentence, "An admin decides at Policy, the operator by settings.")
    if not found:
        yield ok("The platform keeps to its policy.")


def _clock() -> Findings:
    if connection.vendor == "sqlite":
        yield skipped("SQLite has no clock of its own.")
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        [moment] = cursor.fetchone()
    yield clocks_agree("the database", (moment - timezone.now()).total_seconds())


def _mail() -> Findings:
    if not sends_mail():
        yield warning(
            f"No mail leaves: FER_EMAIL_BACKEND is {settings.EMAIL_BACKEND}.",
            "Set FER_EMAIL_HOST, and unset FER_EMAIL_BACKEND.",
        )
        return
    try:
        knock()
    except CannotLeave as error:
        yield fault(str(error), "`manage.py mail_test ADDRESS` tries it out.")
    else:
        yield ok("The mail server lets the platform in.")
    late = timezone.now() - _MAILS_LEAVE_WITHIN
    waiting = OutgoingMail.objects.filter(
        state=DeliveryState.WAITING, created_at__lt=late
    )
    if count := waiting.count():
        yield warning(
            f"E-mails that have waited for more than an hour: {count}.",
            "People, E-mails (/mail/) says why, and sends them again.",
        )


def _backup() -> Findings:
    if settings.FER_DEMO:
        yield skipped("A demo needs none.")
        return
    made = last_made()
    age = timezone.now() - made if made else None
    remedy = (
        "Let a timer run `manage.py backup` once a day; for backups by other means "
        "add --skip backup."
    )
    if age is None or age > _NEWEST_BACKUP_AT_MOST:
        says = f"The newest is {age.days} days old." if age else "There is none."
        yield fault(says, remedy)
    elif age > _A_DAY_MISSED:
        yield warning(f"The newest is {age.days} days old.", remedy)
    else:
        yield ok(f"The newest is {age.total_seconds() / 3600:.0f} hours old.")


def _disk() -> Findings:
    places = {Path(settings.VAR)}
    if connection.vendor == "sqlite":
        places.add(Path(str(connection.settings_dict["NAME"])).parent)
    for place in sorted(places):
        usage = shutil.disk_usage(place)
        yield room(place, free=usage.free, total=usage.total)


def room(place: Path, *, free: int, total: int) -> Finding:
    """Whether a disk has room.

    Args:
        place: A folder on it.
        free: Bytes.
        total: Bytes.
    """
    says = (
        f"{place} has {free / 1e9:.1f} GB free, {free / max(total, 1):.0%} of its disk."
    )
    remedy = "Make room: a full disk stops every change, also a student's no."
    if free < min(_LEAST_FREE, _LEAST_SHARE * total):
        return fault(says, remedy)
    if free < min(_LITTLE_FREE, _LITTLE_SHARE * total):
        return warning(says, remedy)
    return ok(says)
