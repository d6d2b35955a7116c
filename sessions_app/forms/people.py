"""Staff: logging in, inviting, choosing a password."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.forms import (
    AuthenticationForm,
    PasswordChangeForm,
    PasswordResetForm,
    SetPasswordForm,
    SetPasswordMixin,
    UsernameField,
)
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import Role
from sessions_app.forms.meanwhile import ChangesAlone
from sessions_app.forms.plans import zone_choices
from sessions_app.forms.text import no_hidden_characters
from sessions_app.models import User
from sessions_app.selectors.alert_figures import alert_help
from sessions_app.services import people


def _language_choices() -> list[tuple[str, Any]]:
    """Each language by its own name, after the choice to have none."""
    return [("", _("As my browser says")), *settings.LANGUAGES]


_GOOD_PASSWORD = _(
    "At least eight characters, and not easy to guess: use three or four words that do "
    "not belong together."
)


def _reword(form: forms.Form, first: str, second: str) -> None:
    """Say in one sentence what Django says in a list, and call the copy a copy."""
    form.fields[first].help_text = _GOOD_PASSWORD
    form.fields[second].label, form.fields[second].help_text = (
        _("Repeat the password"),
        "",
    )


class LoginForm(AuthenticationForm):
    error_messages = AuthenticationForm.error_messages | {
        "invalid_login": _("Wrong e-mail address or password.")
    }
    username = UsernameField(
        label=_("E-mail address"), widget=forms.EmailInput({"autofocus": True})
    )

    def clean_username(self) -> str:
        """One spelling per address, or the lock-out would count each spelling by itself."""
        return str(self.cleaned_data["username"]).lower()


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"))
    role = forms.ChoiceField(
        label=_("Role"), choices=Role.choices, initial=Role.TEACHER
    )

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError(_("This person already has an account."))
        return email


class AcceptForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]
    """Checks a name and a password for a person who has no row yet."""

    name = forms.CharField(
        label=_("Your name"), max_length=100, validators=[no_hidden_characters]
    )
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, data: Any = None, *, email: str) -> None:
        super().__init__(data)
        _reword(self, "password1", "password2")
        self._email = email

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        person = User(email=self._email, name=self.cleaned_data.get("name", ""))
        self.validate_password_for_user(person, "password1")
        return self.cleaned_data


class _NewPassword(SetPasswordForm):  # type: ignore[type-arg]
    """Hands the password to the service, which ends what the old one opened."""

    how: str  # it was chosen, in the audit's words

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self, "new_password1", "new_password2")

    def save(self, commit: bool = True) -> User:
        password = self.cleaned_data["new_password1"]
        return people.choose_password(user=self.user, password=password, how=self.how)


class ChangeForm(_NewPassword, PasswordChangeForm):
    how = "with the old one"

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._request = request

    def clean_old_password(self) -> str:
        """Ask as a log-in does: a wrong one counts for the lock-out, and is audited."""
        old = str(self.cleaned_data["old_password"])
        if authenticate(self._request, username=self.user.email, password=old) is None:
            raise ValidationError(
                self.error_messages["password_incorrect"], code="password_incorrect"
            )
        return old


class ChooseForm(_NewPassword):
    """A new password for a person who followed the link of a mail."""

    how = "with the link of a mail"


class PersonForm(ChangesAlone, forms.ModelForm):  # type: ignore[type-arg]
    """What an admin changes of an account; give it the row."""

    class Meta:
        model = User
        fields = ["name", "role"]
        labels = {"name": _("Name"), "role": _("Role")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].validators.append(no_hidden_characters)
        if "role" in self.fields and self.instance.is_only_admin:
            del self.fields["role"]
        self.keep_shown(self.fields)


class NameForm(PersonForm):
    """What people change of their own account."""

    class Meta:
        model = User
        fields = [
            "name",
            "language",
            "time_zone",
            "sees_alerts",
            "mails_reports",
            "mails_digest",
        ]
        labels = {
            "name": _("Your name"),
            "sees_alerts": _("Tell me in a lesson when a change holds"),
            "mails_reports": _("Send me the report of each of my lessons"),
            "mails_digest": _("Send me a summary of the week"),
        }
        help_texts = {
            "name": _("Colleagues and admins see this name; students do not."),
            "sees_alerts": alert_help,
            "mails_reports": _(
                "As a PDF by e-mail, seconds after the end. It holds the class's numbers: "
                "anyone who can read your mailbox can read them."
            ),
            "mails_digest": _(
                "By e-mail on Monday morning: what lessons there were, and what their "
                "pages say in words."
            ),
        }

    language = forms.ChoiceField(
        label=_("Language"),
        help_text=_("Of your pages, reports and e-mails."),
        choices=_language_choices,
        required=False,
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        help_text=_(
            "In which you plan lessons and read times. Weekly lessons keep their hour "
            "there when summer time begins or ends."
        ),
        choices=zone_choices,
        required=False,
    )


class ForgottenForm(PasswordResetForm):
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
