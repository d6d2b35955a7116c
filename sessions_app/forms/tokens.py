"""A token for a program."""

import datetime as dt

from django import forms

from sessions_app.enums import TokenScope
from sessions_app.forms.text import no_hidden_characters


class TokenForm(forms.Form):
    name = forms.CharField(
        max_length=80,
        validators=[no_hidden_characters],
        help_text="What will use it, so that you know it again.",
    )
    scope = forms.ChoiceField(label="It may", choices=TokenScope.choices)
    days = forms.TypedChoiceField(
        label="It works for",
        coerce=int,
        choices=[(30, "30 days"), (90, "90 days"), (365, "a year")],
        initial=90,
    )

    def clean_days(self) -> dt.timedelta:
        return dt.timedelta(days=self.cleaned_data["days"])
