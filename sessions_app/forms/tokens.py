"""A token for a program."""

import datetime as dt

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import TokenScope
from sessions_app.forms.text import no_hidden_characters


class TokenForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        validators=[no_hidden_characters],
        help_text=_("The program that will use the token."),
    )
    scope = forms.ChoiceField(label=_("Access"), choices=TokenScope.choices)
    days = forms.TypedChoiceField(
        label=_("Valid for"),
        coerce=int,
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        initial=90,
    )

    def clean_days(self) -> dt.timedelta:
        return dt.timedelta(days=self.cleaned_data["days"])
