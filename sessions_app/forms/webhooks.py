"""Addresses that are called, and what they are told."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import WebhookKind
from sessions_app.forms.meanwhile import ChangesAlone
from sessions_app.forms.text import no_hidden_characters
from sessions_app.models.webhook import MAX_URL
from sessions_app.services import outward
from sessions_app.services.deliveries import CannotLeave
from sessions_app.services.webhooks import EVENTS


class WebhookForm(ChangesAlone):
    url = forms.CharField(
        label=_("Address"),
        max_length=MAX_URL,
        validators=[no_hidden_characters],
        widget=forms.TextInput({"inputmode": "url", "autocapitalize": "off"}),
        help_text=_("It must begin with https:// and be open to the internet."),
    )
    kind = forms.ChoiceField(
        label=_("Who is called"),
        choices=WebhookKind.choices,
        initial=WebhookKind.PROGRAM,
        help_text=_(
            "A chat is Slack, Mattermost, Rocket.Chat, Zulip or Matrix. It gets a sentence "
            "with a link, at the address of its “incoming webhook”."
        ),
    )
    events = forms.MultipleChoiceField(
        label=_("When"),
        choices=list(EVENTS.items()),
        initial=["session.ended"],
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_url(self) -> str:
        url = str(self.cleaned_data["url"])
        try:
            outward.check_url(url)
        except CannotLeave as error:
            raise ValidationError(str(error)) from None
        return url

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data
