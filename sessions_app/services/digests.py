"""The weekly digest: on Monday morning, what lessons there were in the week before.

For those who asked for it: teachers read of their own lessons, admins also how many there
were in the whole school. Nobody is compared with anybody.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sessions_app.enums import AuditAction, MinuteStatus, SessionState
from sessions_app.localised import day, day_of_year
from sessions_app.minutes.looking_back import look_back
from sessions_app.minutes.timeline import released_minutes
from sessions_app.models import ClassMinute, ClassSession, OutgoingMail, User
from sessions_app.models.session import ClassSessionQuerySet
from sessions_app.services import audit
from sessions_app.services.deliveries import NobodyNeedsIt
from sessions_app.web.links import site_link
from sessions_app.web.reader_zone import zone_of

AT = dt.time(7)  # on Monday, on the reader's clock
WEEK = dt.timedelta(days=7)


def due(*, now: dt.datetime) -> list[tuple[User, dt.date]]:
    """Whose week is to be noted (`is_first_to_note`), and the Monday that began after it.

    It only reads: it is asked every few seconds, and nearly always there is nobody.
    """
    found = []
    for user in User.objects.filter(mails_digest=True, is_active=True):
        here = now.astimezone(zone_of(user))
        monday = here.date() - dt.timedelta(days=here.weekday())
        begun = here >= dt.datetime.combine(monday, AT, here.tzinfo)
        if begun and (user.digest_week is None or user.digest_week < monday):
            found.append((user, monday))
    return found


def is_first_to_note(user: User, monday: dt.date) -> bool:
    """Note a week in the account; whether its digest is to be sent.

    It is not where another process was faster, nor to who has just asked for it: they get
    the first one next Monday.
    """
    rows = User.objects.filter(pk=user.pk)
    if rows.filter(digest_week=None).update(digest_week=monday):
        return False
    return bool(rows.filter(digest_week__lt=monday).update(digest_week=monday))


def write(mail: OutgoingMail) -> EmailMessage:
    """The digest of one reader, from what is true now.

    Raises:
        NobodyNeedsIt: If there was no lesson, or the reader wants none any more.
    """
    user = User.objects.filter(
        pk=mail.about["user"], mails_digest=True, is_active=True
    ).first()
    if user is None:
        raise NobodyNeedsIt
    zone, monday = zone_of(user), dt.date.fromisoformat(mail.about["monday"])
    with timezone.override(zone):
        held = _held(ClassSession.objects.all(), monday, zone)
        parts = [_lesson(session) for session in held.taught_by(user)]
        if user.is_admin and held.exists():
            parts.append(_school(held, monday))
        if not parts:
            raise NobodyNeedsIt
        audit.once_in_a_while(
            action=AuditAction.EXPORTED,
            actor=user,
            detail=f"Weekly digest by mail, of the week from {monday}",
        )
        return EmailMessage(_subject(monday), _text(user, parts), to=[user.email])


def _held(
    sessions: ClassSessionQuerySet, monday: dt.date, zone: ZoneInfo
) -> ClassSessionQuerySet:
    """Lessons that began in that week and are over, oldest first."""
    first, last = (
        dt.datetime.combine(day, dt.time(), zone) for day in (monday, monday + WEEK)
    )
    return sessions.filter(
        state=SessionState.ENDED, started_at__gte=first, started_at__lt=last
    ).order_by("started_at")


def _lesson(session: ClassSession) -> str:
    """One lesson: when, its title, what its page says in words, and its address."""
    assert session.started_at is not None
    begins = timezone.localtime(session.started_at)
    found = look_back(released_minutes(session.pk), session.window_s)
    lines = [f"{date_format(begins, 'l j F, H:i')}: {session.title}"]
    if found is None:
        lines.append(_("No minute has numbers."))
    else:
        said = _("%(count)s of %(of)s minutes have numbers.")
        lines.append(said % {"count": found.with_numbers, "of": found.minutes})
        lines += [str(found.mostly)] if found.mostly else []
        if stretch := found.stretch:
            times = [
                date_format(timezone.localtime(moment), "H:i")
                for moment in (stretch.first.begins, stretch.ends)
            ]
            said = _("%(words)s from %(begins)s to %(ends)s.")
            lines.append(
                said % {"words": stretch.words, "begins": times[0], "ends": times[1]}
            )
    lines.append(site_link(reverse("session-detail", args=[session.pk])))
    return "\n".join(lines)


def _school(held: ClassSessionQuerySet, monday: dt.date) -> str:
    """How much there was in the whole school; no teacher is named or compared."""
    minutes = ClassMinute.objects.filter(session__in=held)
    shown = Q(status=MinuteStatus.RELEASED) | Q(pulse_status=MinuteStatus.RELEASED)
    lessons = held.count()
    said = ngettext(
        "In the whole school: %(lessons)s lesson; %(count)s of %(of)s minutes have numbers.",
        "In the whole school: %(lessons)s lessons; %(count)s of %(of)s minutes have numbers.",
        lessons,
    ) % {
        "lessons": lessons,
        "count": minutes.filter(shown).count(),
        "of": minutes.count(),
    }
    sunday = monday + WEEK - dt.timedelta(days=1)
    return f"{said}\n{site_link(reverse('session-list'))}?since={monday}&until={sunday}"


def _subject(monday: dt.date) -> str:
    sunday = monday + WEEK - dt.timedelta(days=1)
    days = {"first": day_of_year(monday), "last": day(sunday)}
    return _("Lessons from %(first)s to %(last)s") % days


def _text(user: User, parts: list[str]) -> str:
    ends = _(
        "Times are those of %(zone)s. You can switch this e-mail off, and choose another "
        "time zone, here: %(page)s"
    ) % {"zone": zone_of(user), "page": site_link(reverse("security"))}
    hello = _("Hello %(name)s,") % {"name": user}
    return "\n\n".join([hello, *parts, ends]) + "\n"
