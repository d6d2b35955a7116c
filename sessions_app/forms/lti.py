"""Registering a learning platform by hand."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sessions_app.forms.meanwhile import ChangesAlone
from sessions_app.forms.text import no_hidden_characters, only_line_breaks_hidden
from sessions_app.models.lti import MAX_ADDRESS
from sessions_app.services import outward
from sessions_app.services.deliveries import CannotLeave
from sessions_app.services.lti_platforms import origin_of

_MOST_LINES = 20
_LONGEST_LINE = 255


def _line(most: int = 255, **about: Any) -> forms.CharField:
    return forms.CharField(
        max_length=most,
        validators=[no_hidden_characters],
        widget=forms.TextInput({"autocapitalize": "off", "spellcheck": "false"}),
        **about,
    )


class _LinesField(forms.CharField):
    """One text a line."""

    def __init__(self, **about: Any) -> None:
        super().__init__(
            validators=[only_line_breaks_hidden],
            widget=forms.Textarea({"rows": 3, "spellcheck": "false"}),
            **about,
        )

    def prepare_value(self, value: object) -> object:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        text = str(super().clean(value))
        lines = list(dict.fromkeys(line.strip() for line in text.splitlines()))
        lines = [line for line in lines if line]
        if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
            raise ValidationError(
                _("Write %(most)s lines at most, of 255 characters each.")
                % {"most": _MOST_LINES}
            )
        return lines


class LtiPlatformForm(ChangesAlone):
    name = _line(100, label=_("Name"), help_text=_("As teachers and students know it."))
    issuer = _line(label=_("Issuer"))
    client_id = _line(label=_("Client ID"))
    auth_url = _line(MAX_ADDRESS, label=_("Address for log-in requests"))
    jwks_url = _line(MAX_ADDRESS, label=_("Address of its public keys"))
    deployments = _LinesField(
        label=_("Deployment IDs"),
        required=False,
        help_text=_("One a line. Launches of any other deployment are refused."),
    )
    pages = _LinesField(
        label=_("Addresses of its pages"),
        help_text=_(
            "One a line, such as https://lms.school.example. Only pages of these addresses may "
            "show Classmood's launch page in a frame."
        ),
    )
    makes_accounts = forms.BooleanField(
        label=_("Teachers get an account"),
        required=False,
        initial=True,
        help_text=_(
            "When they come for the first time. If off, they need an account here, which they "
            "connect once."
        ),
    )
    takes_names = forms.BooleanField(
        label=_("Offer students their name"),
        required=False,
        help_text=_(
            "It is filled in where a student may type a name, which only that student sees. If "
            "off, no name of a student is read."
        ),
    )

    def clean_auth_url(self) -> str:
        return _address(str(self.cleaned_data["auth_url"]))

    def clean_jwks_url(self) -> str:
        return _address(str(self.cleaned_data["jwks_url"]))

    def clean_pages(self) -> list[str]:
        try:
            origins = [origin_of(page) for page in self.cleaned_data["pages"]]
        except CannotLeave as error:
            raise ValidationError(str(error)) from None
        return list(dict.fromkeys(origins))


def _address(url: str) -> str:
    try:
        outward.check_url(url)
    except CannotLeave as error:
        raise ValidationError(str(error)) from None
    return url
