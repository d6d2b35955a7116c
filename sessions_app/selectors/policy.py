"""What the policy amounts to, and whether the platform keeps to it."""

import datetime as dt
from typing import NamedTuple
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from inference.artefact import load_calibration
from sessions_app.enums import Inference, Jurisdiction, Purpose, SessionState
from sessions_app.minutes.release import noise_scale
from sessions_app.models import (
    ClassMinute,
    Course,
    LtiPlatform,
    Participant,
    Webhook,
)
from sessions_app.models.policy import LEAST_GROUP, Policy, effective_policy
from sessions_app.selectors.attack_figures import report
from sessions_app.selectors.retention import (
    CANCELLED_KEPT,
    INVITATIONS_KEPT,
    LOGINS_KEPT,
    MAILS_KEPT,
    forgotten,
    outdated,
)
from sessions_app.web import sign_in

MEASURED_WINDOW_S = 60  # as `privacy_attack` plays 45 minutes of a class
_GRACE = dt.timedelta(days=1)  # the server deletes every hour, if it runs


def processing() -> dict[str, object]:
    """What the records of processing and the impact assessment are filled with."""
    policy = effective_policy()
    scale = noise_scale(Purpose.EXPRESSION, policy.min_group) * settings.FER_NOISE_SCALE
    called = _called_outside()
    return {
        "policy": policy,
        "consent_version": settings.FER_CONSENT_VERSION,
        "noise_points": 100 * scale / policy.min_group,  # in the smallest group
        "time_zone": settings.TIME_ZONE,
        "logins_kept_days": LOGINS_KEPT.days,
        "invitations_kept_days": INVITATIONS_KEPT.days,
        "mails_kept_days": MAILS_KEPT.days,
        "cancelled_kept_days": CANCELLED_KEPT.days,
        "asks_to_sign_in": sign_in.is_possible(),
        "is_cluster": settings.FER_CLUSTER,
        "calls_nobody": not any(called.values()),
        **called,
        **_met_by_browsers(),
    }


def _called_outside() -> dict[str, str | list[str]]:
    """Hosts that this installation itself calls, by what for; blank where it does not."""
    webhooks = Webhook.objects.filter(off_at=None).values_list("url", flat=True)
    platforms = LtiPlatform.objects.values_list("jwks_url", flat=True)
    return {
        "mail_server": settings.EMAIL_HOST if sends_mail() else "",
        "sign_on_provider": urlsplit(settings.FER_OIDC_ISSUER).netloc,
        "webhooks": sorted({urlsplit(url).netloc for url in webhooks}),
        "learning_platforms": sorted({urlsplit(url).netloc for url in platforms}),
    }


def _met_by_browsers() -> dict[str, str]:
    """A SAML provider says who somebody is, but this installation does not call it."""
    if not settings.FER_SAML_METADATA:
        return {}
    from sessions_app.web import saml  # noqa: PLC0415 -- its libraries may be missing

    return {"sign_on_provider": saml.provider_host()}


def sends_mail() -> bool:
    """Whether mails leave for a mail server; for trying out they are only written down."""
    backend: str = settings.EMAIL_BACKEND
    return backend.endswith(".smtp.EmailBackend")


class Change(NamedTuple):
    """What the rules of a place would do to one setting of the policy."""

    name: str
    now: object
    then: object

    @property
    def differs(self) -> bool:
        return self.now != self.then


def changes_by(jurisdiction: Jurisdiction) -> list[Change]:
    """What would change if an admin declared that the school is there, setting by setting."""
    decided = Policy.decided_or_default()
    then = decided.within(jurisdiction)
    if not decided.jurisdiction:  # the first yes is a tick
        then["expression_on"] = False
    del then["jurisdiction"]
    return [Change(name, getattr(decided, name), value) for name, value in then.items()]


def courses_without_age() -> int:
    """The courses whose students' age follows from where the school is."""
    return Course.objects.filter(age_band="").count()


def remarks(*, today: dt.date) -> list[str]:
    """Where the policy is not as its admin or its place has it; one sentence each.

    Args:
        today: The day that the age of what was read of the law is counted to.
    """
    decided = Policy.objects.first()
    if decided is None:
        return [_("No admin has decided on the policy; the environment alone holds.")]
    found = []
    if decided.expression_on and not settings.FER_EMOTION_INFERENCE:
        found.append(
            _("FER_EMOTION_INFERENCE keeps expression off; the policy has it on.")
        )
    if decided.device_only and Inference(settings.FER_INFERENCE) == Inference.SERVER:
        found.append(
            _(
                "FER_INFERENCE is server; the policy keeps camera pictures on students' "
                "devices, and that holds."
            )
        )
    found += _by_the_place(decided, today)
    if decided.min_group != effective_policy().min_group:
        found.append(
            _(
                "FER_MIN_GROUP makes the minimum group %(now)s; the policy says %(said)s."
            )
            % {"now": effective_policy().min_group, "said": decided.min_group}
        )
    return found


def _by_the_place(decided: Policy, today: dt.date) -> list[str]:
    place = effective_policy().place
    if place is None:
        return []
    found = []
    if place.is_old(today):
        found.append(
            _(
                "The rules of the place (%(place)s) were last read on %(day)s, more than half "
                "a year ago. Read its sources again, or install a newer version."
            )
            % {
                "place": Jurisdiction(decided.jurisdiction).label,
                "day": date_format(place.read_on),
            }
        )
    if any(change.differs for change in changes_by(Jurisdiction(decided.jurisdiction))):
        found.append(
            _(
                "The policy is wider than the rules of the place (%(place)s). Open the "
                "policy's page and save it again."
            )
            % {"place": Jurisdiction(decided.jurisdiction).label}
        )
    return found


def violations(*, now: dt.datetime) -> list[str]:
    """Where the platform does not keep to what it promises; one sentence each.

    Args:
        now: The moment that ages are counted to.
    """
    return [*_in_settings(), *_in_rows(), *_overdue(now)]


def _in_settings() -> list[str]:
    policy = effective_policy()
    found = []
    if policy.min_group < LEAST_GROUP:
        found.append(
            _("Numbers are shown from %(group)s on; only a demo may do so.")
            % {"group": policy.min_group}
        )
    if settings.FER_NOISE_SCALE < 1:
        found.append(
            _(
                "FER_NOISE_SCALE is %(scale)s: a student who leaves can be found by "
                "subtraction. Set 1 or more."
            )
            % {"scale": f"{settings.FER_NOISE_SCALE:g}"}
        )
    if settings.FER_WINDOW_S < MEASURED_WINDOW_S:
        found.append(
            _(
                "FER_WINDOW_S is %(seconds)s: an attacker gets more minutes than were "
                "measured. Set %(least)s or more."
            )
            % {"seconds": settings.FER_WINDOW_S, "least": MEASURED_WINDOW_S}
        )
    if policy.expression_allowed and not _network_was_attacked():
        found.append(
            _(
                "FER_ARTEFACT names a network that no attack was measured on. Run "
                "`manage.py privacy_attack` on it, or use the one that is shipped."
            )
        )
    if policy.expression_allowed and policy.jurisdiction is None:
        found.append(
            _("Expression is on, but no admin has declared where the school is.")
        )
    return found


def _network_was_attacked() -> bool:
    used = load_calibration(settings.FER_ARTEFACT).artefact_hash
    return bool(used == report()["network"])


def _in_rows() -> list[str]:
    found = []
    small = ClassMinute.objects.filter(
        Q(size__lt=LEAST_GROUP) | Q(pulse_size__lt=LEAST_GROUP)
    )
    in_demo = effective_policy().min_group < LEAST_GROUP  # said already
    if not in_demo and (count := small.count()):
        found.append(
            _(
                "Minutes that show groups under %(group)s, as a demo's do: %(count)s. "
                "Delete their lessons."
            )
            % {"group": LEAST_GROUP, "count": count}
        )
    keys = Participant.objects.filter(
        ~Q(sign_in_hash="") | Q(cell_key__isnull=False),
        session__state=SessionState.ENDED,
    )
    if count := keys.count():
        found.append(
            _("Students whose key or sign-in code outlived their lesson: %(count)s.")
            % {"count": count}
        )
    return found


def _overdue(now: dt.datetime) -> list[str]:
    late = now - _GRACE
    counts = {kind: rows.count() for kind, rows in outdated(now=late).items()}
    counts[gettext_noop("forgotten lessons")] = forgotten(now=late).count()
    return [
        _("Overdue %(kind)s: %(count)s. Run `manage.py apply_retention`.")
        % {"kind": _(kind), "count": count}
        for kind, count in counts.items()
        if count
    ]
