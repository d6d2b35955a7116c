"""The student's way in: a code, and free choices."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import Purpose
from sessions_app.forms.text import no_hidden_characters
from sessions_app.models import ClassSession
from sessions_app.models.consent import text_version
from sessions_app.models.course import CODE_LENGTH, plain_code
from sessions_app.models.policy import effective_policy
from sessions_app.selectors.lasting_link import course_of, was_replaced


class CodeForm(forms.Form):
    code = forms.CharField(label=_("Lesson code"), max_length=40)

    def clean_code(self) -> str:
        code = plain_code(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH or not self._known(code):
            raise ValidationError(
                _("No lesson has this code. Check the code with your teacher.")
            )
        return code

    @staticmethod
    def _known(code: str) -> bool:
        return (
            ClassSession.objects.filter(join_code=code).exists()
            or course_of(code) is not None
            or was_replaced(code)
        )


def what_is_read(session: ClassSession) -> str:
    """What a page tells of the text and the rules that stand on it, to be sent back."""
    promise = session.promise
    rules = f"{promise.min_group} {promise.sessions_kept_days} {promise.inference}"
    place = effective_policy().jurisdiction or "nowhere"
    who = " students see" if promise.students_see else ""
    return f"{text_version()} {rules} {place} {session.age}{who}"


def _free_choice(purpose: Purpose) -> forms.TypedChoiceField:
    """Yes or no, nothing preselected; unanswered is None."""
    return forms.TypedChoiceField(
        label=purpose.label,
        choices=[("yes", _("Yes")), ("no", _("No"))],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class JoinForm(forms.Form):
    display_name = forms.CharField(
        label=_("Your name"),
        help_text=_("For you alone, to tell whose page this is."),
        required=False,
        max_length=80,
        validators=[no_hidden_characters],
    )
    read = forms.CharField(required=False, widget=forms.HiddenInput())
    expression = _free_choice(Purpose.EXPRESSION)
    pulse = _free_choice(Purpose.PULSE)

    def __init__(
        self,
        data: Any = None,
        *,
        offered: set[Purpose],
        now: str,
        name: str = "",
    ) -> None:
        """`now` is what a page says that is made now; it comes back with the answers."""
        super().__init__(data, initial={"display_name": name} if name else None)
        self.now = now
        for purpose in set(Purpose) - offered:
            del self.fields[purpose.value]

    def clean_read(self) -> str:
        if (read := str(self.cleaned_data["read"])) != self.now:
            raise ValidationError(
                _(
                    "The rules have changed since you opened this page. Please read "
                    "the new rules; nothing was saved yet."
                )
            )
        return read

    def decisions(self) -> dict[Purpose, bool]:
        """The answered questions."""
        answers = {purpose: self.cleaned_data.get(purpose.value) for purpose in Purpose}
        return {purpose: yes for purpose, yes in answers.items() if yes is not None}
