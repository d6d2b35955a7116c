"""The policy, and finding one's way in the audit."""

import datetime as dt
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import AuditAction, Inference, Jurisdiction
from sessions_app.forms.meanwhile import ChangesAlone
from sessions_app.forms.text import no_hidden_characters
from sessions_app.models import Policy, User
from sessions_app.models.law import PLACES, Place
from sessions_app.models.policy import LEAST_GROUP, MOST_GROUP
from sessions_app.selectors.audit import BY_THE_PLATFORM


class PolicyForm(ChangesAlone, forms.ModelForm):  # type: ignore[type-arg]
    """Give it the row. What the environment or the law decides is not asked."""

    class Meta:
        model = Policy
        fields = [
            "jurisdiction",
            "expression_on",
            "assessed_on",
            "device_only",
            "min_group",
            "sessions_kept_days",
            "audit_kept_days",
            "demo_page_on",
            "contact",
        ]
        labels = {
            "expression_on": _("Facial expression"),
            "assessed_on": _("Impact assessment signed on"),
            "device_only": _("Camera pictures stay on students' devices"),
            "min_group": _("Minimum group"),
            "sessions_kept_days": _("Days that lessons are kept"),
            "audit_kept_days": _("Days that the audit is kept"),
            "demo_page_on": _("Public demo page"),
            "contact": _("Contact"),
        }
        help_texts = {
            "expression_on": _(
                "Teachers may ask for the webcam, students may agree. With this tick "
                "you declare that the law allows it where the school is. If off, "
                "only the pulse is left, in every lesson, within two seconds."
            ),
            "assessed_on": _(
                "Without it facial expression stays off where the rules ask for one: in the "
                "United Kingdom. A template is among the documents on this page."
            ),
            "device_only": _(
                "Each student's browser reads the pictures itself and sends only sums; "
                "the server refuses pictures. A student whose browser cannot do that "
                "has the pulse alone. Lessons whose students have read this keep it."
            ),
            "sessions_kept_days": _(
                "With their minutes, participants and decisions, counted from the end "
                "of the lesson. A higher number applies to new lessons; a lower number "
                "applies to all lessons."
            ),
            "audit_kept_days": _(
                "The audit shows who viewed, exported, changed or deleted something."
            ),
            "demo_page_on": _("Anybody can try the engine with their own webcam."),
            "contact": _(
                "Whom students and parents can ask: a name, an e-mail address or a telephone "
                "number. Everybody can read it, on the letter to parents and on the page “What "
                "is kept, and what is not”."
            ),
        }
        widgets = {"assessed_on": forms.DateInput({"type": "date"}, "%Y-%m-%d")}

    jurisdiction = forms.ChoiceField(
        label=_("Where is the school? You declare it for the school"),
        help_text=_(
            "The rules of the place bound what you can choose below. In the European Union "
            "and the EEA, reading emotions from faces in education is forbidden: expression "
            "is off and stays off."
        ),
        choices=[("", _("Choose: not declared yet")), *Jurisdiction.choices],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.jurisdiction:  # a yes is a tick, never a default
            self.initial["expression_on"] = False
        self.locked = self.instance.jurisdiction == Jurisdiction.EU
        if self.locked or not settings.FER_EMOTION_INFERENCE:
            for name in ("expression_on", "assessed_on", "demo_page_on"):
                del self.fields[name]
        self.fields["contact"].validators.append(no_hidden_characters)
        if not self._leaves_devices_open():
            del self.fields["device_only"]
        least = LEAST_GROUP if settings.FER_DEMO else settings.FER_MIN_GROUP
        self.fields["min_group"] = forms.IntegerField(
            label=_("Minimum group"),
            help_text=_group_help(least),
            min_value=least,
            max_value=MOST_GROUP,
        )
        self.keep_shown(self.fields)
        if (
            not self.is_bound
        ):  # what differs from the row is decided, as of a place's rules
            for name, field in self.fields.items():
                field.hidden_widget = partial(  # type: ignore[assignment]
                    _AsDecided, getattr(self.instance, name)
                )

    def _leaves_devices_open(self) -> bool:
        """Whether the operator lets an admin decide, or an admin has decided before."""
        asked = "expression_on" in self.fields and (
            Inference(settings.FER_INFERENCE) == Inference.EITHER
        )
        return asked or self.instance.device_only

    def clean_assessed_on(self) -> dt.date | None:
        signed: dt.date | None = self.cleaned_data["assessed_on"]
        if signed and signed > timezone.localdate():
            raise ValidationError(_("This day lies ahead."))
        return signed

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        place = PLACES.get(cleaned.get("jurisdiction", ""))
        if place is None:
            return cleaned
        if not place.expression:
            off = {"expression_on", "demo_page_on"} & set(self.fields)
            cleaned |= dict.fromkeys(off, False)
        self._check_bounds(place, cleaned)
        return cleaned

    def _check_bounds(self, place: Place, cleaned: dict[str, Any]) -> None:
        """Say beside each field what the rules of the place ask for."""
        wants = cleaned.get("expression_on") or cleaned.get("demo_page_on")
        if place.assessed and wants and not cleaned.get("assessed_on"):
            self.add_error(
                "assessed_on",
                _(
                    "Facial expression needs a signed impact assessment where the school is."
                ),
            )
        if cleaned.get("min_group", MOST_GROUP) < place.min_group:
            self.add_error(
                "min_group",
                _("Where the school is, %(least)s at least.")
                % {"least": place.min_group},
            )
        if cleaned.get("sessions_kept_days", 0) > place.kept_days:
            self.add_error(
                "sessions_kept_days",
                _("Where the school is, %(most)s days at most.")
                % {"most": place.kept_days},
            )


class _AsDecided(forms.HiddenInput):
    """What holds of a field, beside what its page shows: maybe the rules of a place."""

    def __init__(self, decided: Any) -> None:
        super().__init__()
        self._decided = decided

    def format_value(self, value: Any) -> Any:
        return super().format_value(self._decided)


class PlaceForm(forms.Form):
    """Whose rules are shown, with what they would change."""

    place = forms.ChoiceField(label=_("Rules of"), choices=Jurisdiction.choices)


def _group_help(least: int) -> str:
    text = gettext(
        "Show numbers only for at least this many students: %(least)s to %(most)s. A "
        "smaller number applies to new lessons: existing lessons keep what their "
        "students have read."
    ) % {"least": least, "most": MOST_GROUP}
    if settings.FER_DEMO:
        text += " " + gettext("The demo shows numbers even for one student.")
    return text


class AuditForm(forms.Form):
    """Filters of the audit; a wrong one is shown and left out."""

    actor = forms.ChoiceField(label=_("Person"), required=False)
    action = forms.ChoiceField(
        label=_("Action"),
        required=False,
        choices=[("", _("All actions")), *AuditAction.choices],
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput({"type": "date"})
    )
    object_id = forms.CharField(
        required=False, max_length=36, widget=forms.HiddenInput()
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        actor = self.fields["actor"]
        assert isinstance(actor, forms.ChoiceField)
        people = User.objects.order_by("name", "email").values_list("email", "name")
        actor.choices = [
            ("", _("All people")),
            (BY_THE_PLATFORM, _("The platform itself")),
            *people,
        ]

    def values(self) -> dict[str, Any]:
        """The filters that were set and are right."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}
