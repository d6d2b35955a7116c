"""What the platform's mails say. Each is written when it is sent, from what is true then."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.forms import PasswordResetForm
from django.contrib.auth.tokens import default_token_generator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.functional import Promise
from django.utils.http import urlsafe_base64_encode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import Role
from sessions_app.localised import day
from sessions_app.models import Invitation, OutgoingMail, User, Webhook
from sessions_app.models.people import INVITATION_LASTS, invitation_token
from sessions_app.selectors.export import export_name
from sessions_app.selectors.reports import not_ready, report_file, report_status
from sessions_app.selectors.visible import visible_session
from sessions_app.services import digests
from sessions_app.services.deliveries import CannotLeave, NobodyNeedsIt
from sessions_app.services.mailbox_links import mailbox_links
from sessions_app.web.links import site_link

_INVITATION = _(
    """\
Hello,

%(invites)s
Choose a password here within %(days)s days:

%(link)s

If you did not expect this e-mail, ignore it: without a password there is no account.
"""
)
_INVITES = {
    Role.TEACHER: _("%(inviter)s invites you to Classmood as a teacher."),
    Role.ADMIN: _("%(inviter)s invites you to Classmood as an admin."),
}
_REPORT = _(
    """\
Hello,

the report of “%(title)s” of %(day)s is attached.

You get it because you asked for it. To get no more, untick it in your account.
"""
)
_WEBHOOK_OFF = _(
    """\
Hello,

Classmood calls this address no more:

%(url)s

Its last answer: %(why)s
You can switch it on again here: %(page)s
"""
)
_SECOND_FACTOR_LINK = _(
    """\
Hello,

somebody is logging in to your account at Classmood, which needs a second factor now. Set it up here:

%(link)s

If it is not you, do not open this link: somebody may know your password. Choose a new one:

%(page)s
"""
)
_SECOND_FACTOR_ON = _(
    """\
Hello,

the second factor of your account at Classmood was turned on.

If it was not you, somebody knows your password. Choose a new one, and ask an admin to turn the second factor off:

%(page)s
"""
)
_SECOND_FACTOR_OFF = _(
    """\
Hello,

the second factor of your account at Classmood was turned off.

If you did not ask for that, somebody may know your password. Choose a new one, and tell an admin:

%(page)s
"""
)
_FACTOR_ADDED = _(
    """\
Hello,

your account at Classmood has one more second factor: %(name)s.

If it was not you, somebody knows your password. Choose a new one, and ask an admin to turn the second factor off:

%(page)s
"""
)
_FACTOR_REMOVED = _(
    """\
Hello,

your account at Classmood has one second factor less: %(name)s.

If you did not ask for that, somebody may know your password. Choose a new one, and tell an admin:

%(page)s
"""
)
_RECOVERY_CODE = _(
    """\
Hello,

somebody has logged in to your account at Classmood with one of your recovery codes, which works no more.

If it was not you, somebody has your password and your codes. Choose a new password, and ask an admin to turn the second factor off:

%(page)s
"""
)
_TEST = _(
    """\
Hello,

this is a test. Classmood can send e-mails.
"""
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A kind of mail.

    Attributes:
        name: What admins read in the list of mails.
        lasts: How long it is worth sending.
        write: Makes the mail; raises `NobodyNeedsIt` if nobody does any more.
    """

    name: Promise
    lasts: dt.timedelta
    write: Callable[[OutgoingMail], EmailMessage]


def _invitation(mail: OutgoingMail) -> EmailMessage:
    """An open invitation's link, whose token follows from the seed and the secret."""
    token = invitation_token(mail.about["seed"])
    invitation = Invitation.objects.opened_by(token).first()
    if invitation is None:  # accepted, revoked, replaced
        raise NobodyNeedsIt
    text = _INVITATION % {
        "invites": _INVITES[Role(invitation.role)] % {"inviter": invitation.invited_by},
        "days": INVITATION_LASTS.days,
        "link": mail.about["site"] + reverse("invitation-accept", args=[token]),
    }
    subject = gettext("An invitation to Classmood")
    return EmailMessage(subject, text, to=[invitation.email])


def _new_password(mail: OutgoingMail) -> EmailMessage:
    """A new link, if the address is an account's: whoever asked was told nothing."""
    form = PasswordResetForm()
    user = next(iter(form.get_users(mail.recipient)), None)
    if user is None:
        raise NobodyNeedsIt
    values: dict[str, Any] = {
        "user": user,
        "site": mail.about["site"],
        "uid": urlsafe_base64_encode(force_bytes(user.pk)),
        "token": default_token_generator.make_token(user),
    }
    subject = render_to_string("registration/password_reset_subject.txt").strip()
    text = render_to_string("registration/password_reset_email.txt", values)
    return EmailMessage(subject, text, to=[user.email])


def _webhook_off(mail: OutgoingMail) -> EmailMessage:
    """Say once that an address is called no more, and why, to its admin: it may be secret."""
    off = Webhook.objects.filter(
        pk=mail.about["webhook"],
        off_at__isnull=False,
        created_by__email=mail.recipient,
        created_by__is_active=True,
        created_by__role=Role.ADMIN,
    ).first()
    if off is None:  # deleted, on again, or its owner is no admin any more
        raise NobodyNeedsIt
    text = _WEBHOOK_OFF % {
        "url": off.url,
        "why": off.off_because,
        "page": site_link(reverse("webhook", args=[off.pk])),
    }
    subject = gettext("A webhook of Classmood was switched off")
    return EmailMessage(subject, text, to=[mail.recipient])


def _second_factor_link(mail: OutgoingMail) -> EmailMessage:
    """The link with which the first one is set up: who has the password may be a stranger."""
    user = User.objects.filter(pk=mail.about["user"], is_active=True).first()
    if user is None:
        raise NobodyNeedsIt
    token = mailbox_links.make_token(user)
    path = reverse("second-factor-mailed", args=[user.pk, token])
    body = _SECOND_FACTOR_LINK % {
        "link": mail.about["site"] + path,
        "page": mail.about["site"] + reverse("password_reset"),
    }
    subject = gettext("Set up the second factor of your account")
    return EmailMessage(subject, body, to=[user.email])


def _require_owner(mail: OutgoingMail) -> None:
    if not User.objects.filter(pk=mail.about["user"], is_active=True).exists():
        raise NobodyNeedsIt


def _second_factor(mail: OutgoingMail) -> EmailMessage:
    """Tell its owner of a change, which whoever knows the password can make, too."""
    _require_owner(mail)
    if mail.about["on"]:
        subject = gettext("The second factor of your account was turned on")
        text = _SECOND_FACTOR_ON
    else:
        subject = gettext("The second factor of your account was turned off")
        text = _SECOND_FACTOR_OFF
    body = text % {"page": site_link(reverse("password_reset"))}
    return EmailMessage(subject, body, to=[mail.recipient])


def _another_factor(mail: OutgoingMail) -> EmailMessage:
    """Tell its owner which one came or went, of several."""
    _require_owner(mail)
    if mail.about["added"]:
        subject = gettext("A second factor was added to your account")
        text = _FACTOR_ADDED
    else:
        subject = gettext("A second factor of your account was removed")
        text = _FACTOR_REMOVED
    name = mail.about["passkey"] or gettext("Authenticator app")
    body = text % {"name": name, "page": site_link(reverse("password_reset"))}
    return EmailMessage(subject, body, to=[mail.recipient])


def _recovery_code(mail: OutgoingMail) -> EmailMessage:
    """Tell its owner that somebody is in without the telephone."""
    _require_owner(mail)
    subject = gettext("A recovery code of your account was used")
    body = _RECOVERY_CODE % {"page": site_link(reverse("password_reset"))}
    return EmailMessage(subject, body, to=[mail.recipient])


def _test(mail: OutgoingMail) -> EmailMessage:
    return EmailMessage(
        gettext("A test e-mail of Classmood"), str(_TEST), to=[mail.recipient]
    )


def _report(mail: OutgoingMail) -> EmailMessage:
    """A lesson's report, to a teacher who still wants it and may still see the lesson."""
    user = User.objects.filter(
        pk=mail.about["user"], is_active=True, mails_reports=True
    ).first()
    if user is None:
        raise NobodyNeedsIt
    session = visible_session(user=user, session_id=UUID(mail.about["session"]))
    if session is None:
        raise NobodyNeedsIt
    pdf = report_file(session)
    if pdf is None:  # it is being made again
        raise CannotLeave(not_ready(report_status(session)))
    values = {"title": session.title, "day": day(session.held_at.date())}
    subject = gettext("Report of your lesson “%(title)s”") % values
    message = EmailMessage(subject, str(_REPORT) % values, to=[user.email])
    name = export_name(session=session, form="pdf")
    message.attach(name, pdf, "application/pdf")
    return message


LETTERS = {
    "invitation": Letter(_("Invitation"), INVITATION_LASTS, _invitation),
    "password": Letter(_("New password"), dt.timedelta(hours=1), _new_password),
    "report": Letter(_("Report of a lesson"), dt.timedelta(days=2), _report),
    "digest": Letter(_("Weekly digest"), dt.timedelta(days=2), digests.write),
    "webhook_off": Letter(
        _("Webhook switched off"), dt.timedelta(days=2), _webhook_off
    ),
    "second_factor_link": Letter(
        _("Link for a second factor"), dt.timedelta(hours=1), _second_factor_link
    ),
    "second_factor": Letter(_("Second factor"), dt.timedelta(days=2), _second_factor),
    "another_factor": Letter(_("Second factor"), dt.timedelta(days=2), _another_factor),
    "recovery_code": Letter(_("Recovery code"), dt.timedelta(days=2), _recovery_code),
    "test": Letter(_("Test"), dt.timedelta(hours=1), _test),
}
