"""The policy, and finding one's way in the audit."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import AuditAction, Inference, Jurisdiction
from sessions_app.models import Policy, User
from sessions_app.models.policy import LEAST_GROUP, MOST_GROUP
from sessions_app.selectors.audit import BY_THE_PLATFORM


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Give it the row. What the environment or the law decides is not asked."""

    class Meta:
        model = Policy
        fields = [
            "jurisdiction",
            "expression_on",
            "device_only",
            "min_group",
            "sessions_kept_days",
            "audit_kept_days",
            "demo_page_on",
        ]
        labels = {
            "expression_on": _("Facial expression"),
            "device_only": _("Camera pictures stay on students' devices"),
            "min_group": _("Minimum group"),
            "sessions_kept_days": _("Days that lessons are kept"),
            "audit_kept_days": _("Days that the audit is kept"),
            "demo_page_on": _("Public demo page"),
        }
        help_texts = {
            "expression_on": _(
                "Teachers may ask for the webcam, students may agree. With this tick "
                "you declare that the law allows it where the school is. If off, "
                "only the pulse is left, in every lesson, within two seconds."
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
        }

    jurisdiction = forms.ChoiceField(
        label=_("Where is the school? You declare it for the school"),
        help_text=_(
            "In the European Union and the EEA, reading emotions from faces in "
            "education is forbidden: expression is off and stays off."
        ),
        choices=[("", _("Choose: not declared yet")), *Jurisdiction.choices],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.jurisdiction:  # a yes is a tick, never a default
            self.initial["expression_on"] = False
        self.locked = self.instance.jurisdiction == Jurisdiction.EU
        if self.locked or not settings.FER_EMOTION_INFERENCE:
            del self.fields["expression_on"], self.fields["demo_page_on"]
        if not self._leaves_devices_open():
            del self.fields["device_only"]
        least = LEAST_GROUP if settings.FER_DEMO else settings.FER_MIN_GROUP
        self.fields["min_group"] = forms.IntegerField(
            label=_("Minimum group"),
            help_text=_group_help(least),
            min_value=least,
            max_value=MOST_GROUP,
        )

    def _leaves_devices_open(self) -> bool:
        """Whether the operator lets an admin decide, or an admin has decided before."""
        asked = "expression_on" in self.fields and (
            Inference(settings.FER_INFERENCE) == Inference.EITHER
        )
        return asked or self.instance.device_only

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("jurisdiction") == Jurisdiction.EU:
            off = {"expression_on", "demo_page_on"} & set(self.fields)
            cleaned |= dict.fromkeys(off, False)
        return cleaned


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
