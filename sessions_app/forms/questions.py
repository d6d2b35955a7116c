"""The question about a moment, and a student's answer."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sessions_app.forms.text import no_hidden_characters, something_to_see
from sessions_app.models import ClassSession
from sessions_app.models.question import MAX_ANSWER, MAX_QUESTION


class QuestionForm(forms.Form):
    """About one of the minutes that have numbers, on the reader's clock."""

    minute = forms.TypedChoiceField(label=_("Moment"), coerce=int)
    words = forms.CharField(
        label=_("Question"),
        required=False,
        max_length=MAX_QUESTION,
        validators=[no_hidden_characters, something_to_see],
        widget=forms.TextInput(
            {"autocomplete": "off", "placeholder": _("What happened?")}
        ),
    )

    def __init__(
        self,
        data: Any = None,
        *,
        session: ClassSession,
        minutes: list[dict[str, Any]],
        first: int | None = None,
    ) -> None:
        super().__init__(data, auto_id="question-%s", initial={"minute": first})
        self.session = session
        minute = self.fields["minute"]
        assert isinstance(minute, forms.TypedChoiceField)
        clock = "%H:%M:%S" if session.window_s < 60 else "%H:%M"
        minute.choices = [
            (index, f"{timezone.localtime(session.minute_starts_at(index)):{clock}}")
            for index in (
                each["index"] for each in minutes if each["groups"] or each["pulse"]
            )
        ]

    def values(self) -> dict[str, Any]:
        """As the service takes them."""
        asked = self.cleaned_data
        at = self.session.minute_starts_at(asked["minute"])
        return {"at": at, "words": asked["words"]}


class AnswerForm(forms.Form):
    """One free line, to the question that its page showed."""

    question = forms.IntegerField(required=False, widget=forms.HiddenInput)
    text = forms.CharField(
        label=_("Your answer"),
        max_length=MAX_ANSWER,
        validators=[no_hidden_characters, something_to_see],
        widget=forms.TextInput({"autocomplete": "off"}),
    )
