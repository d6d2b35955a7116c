"""Codes of a second factor, and what a browser says of a passkey."""

import json
from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sessions_app.forms.text import no_hidden_characters
from sessions_app.models import User
from sessions_app.services.second_factor import MfaAdapter, new_secret

_LASTS_S = 60 * 60
WRONG_CODE = _("Wrong code. Type the code that the app shows now; each works once.")
WRONG_PASSKEY = _("That did not work with this passkey. Please try again.")
_NO_PASSKEY = _("The browser gave no passkey. Please try again, or use a code.")


def _code_field(help_text: Any) -> forms.CharField:
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric"}
    return forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=help_text,
        widget=forms.TextInput(attributes),
    )


class CodeForm(forms.Form):
    wrong = ("code", WRONG_CODE)
    code = _code_field(
        _("The six digits that your app shows now, or one of your recovery codes.")
    )

    def __init__(self, *args: Any, has_app: bool) -> None:
        super().__init__(*args)
        if not has_app:
            self.fields["code"].help_text = _("One of your recovery codes.")


class PasskeyForm(forms.Form):
    """What a passkey answers, which the page's script fills in (static/js/pages/passkey.js)."""

    wrong = (None, WRONG_PASSKEY)
    answer = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        try:
            answer = json.loads(self.cleaned_data.get("answer", ""))
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise ValidationError(_NO_PASSKEY)
        return self.cleaned_data | {"answer": answer}


class NewPasskeyForm(PasskeyForm):
    field_order = ["name", "answer"]
    name = forms.CharField(
        label=_("Name"),
        max_length=50,
        validators=[no_hidden_characters],
        help_text=_("So that you know it again, such as: my laptop, blue key."),
    )


class PasswordForm(forms.Form):
    """The password again, before what is sensitive; a wrong one counts as at the log-in."""

    password = forms.CharField(
        label=_("Your password"),
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, *args: Any, request: HttpRequest, user: User) -> None:
        super().__init__(*args)
        self._request, self._user = request, user

    def clean_password(self) -> str:
        password = str(self.cleaned_data["password"])
        email = self._user.email
        if authenticate(self._request, username=email, password=password) is None:
            raise ValidationError(_("Wrong password."), code="password_incorrect")
        return password


class TurnOnForm(PasswordForm):
    """Proves that the app has the secret, which the form itself carries, encrypted."""

    field_order = ["code", "password", "sealed"]
    code = _code_field(_("The six digits that your app shows now."))
    sealed = forms.CharField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, request: HttpRequest, user: User, asks_password: bool
    ) -> None:
        super().__init__(*args, request=request, user=user)
        if not asks_password:
            del self.fields["password"]
        self.secret = self._sent() or new_secret()
        sealed = signing.dumps([user.pk, MfaAdapter().encrypt(self.secret)])
        self.initial["sealed"] = sealed

    def _sent(self) -> str:
        try:
            pk, secret = signing.loads(self.data.get("sealed", ""), max_age=_LASTS_S)
        except (signing.BadSignature, ValueError):
            return ""
        return MfaAdapter().decrypt(secret) if pk == self._user.pk else ""

    def clean_sealed(self) -> str:
        """Refuse a form of another account, or of an hour ago."""
        if self._sent() != self.secret:
            raise ValidationError(_("This page was open for too long. Load it again."))
        return self.secret
