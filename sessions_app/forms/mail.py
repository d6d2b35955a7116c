"""Finding mails in the list of what was sent and what was not."""

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import DeliveryState


class MailFilter(forms.Form):
    state = forms.ChoiceField(
        label=_("Show"),
        required=False,
        choices=[("", _("All e-mails")), *DeliveryState.choices],
    )

    def value(self) -> str:
        """The state that is asked for; blank for all, or where there is no such."""
        return self.cleaned_data.get("state", "") if self.is_valid() else ""
