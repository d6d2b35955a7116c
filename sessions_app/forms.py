"""What people may type, checked before a service sees it."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, SetPasswordMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator

from sessions_app.enums import Purpose, Role, SessionState
from sessions_app.models import ClassSession, Course, User
from sessions_app.models.session import CODE_LENGTH, MAX_INTERVAL_MS, MIN_INTERVAL_MS

# Control characters, and the invisible ones that turn a line around or break it. The
# joiners U+200C and U+200D stay: Persian, Hindi and many emoji are written with them.
no_hidden_characters = RegexValidator(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]",
    "Some characters here are invisible, such as line breaks or direction marks. "
    "Type the text again without them.",
    code="hidden_characters",
    inverse_match=True,
)
_CODE_NOISE = re.compile(r"[^A-Z0-9]+")


def plain_code(code: str) -> str:
    """A join code as it is stored, from how people write it: `abcd-efgh`."""
    return _CODE_NOISE.sub("", code.upper())


class LoginForm(AuthenticationForm):
    def clean_username(self) -> str:
        """One spelling per address, or the lock-out would count each one anew."""
        return str(self.cleaned_data["username"]).lower()


class InvitationForm(forms.Form):
    email = forms.EmailField(label="E-mail address")
    role = forms.ChoiceField(choices=Role.choices, initial=Role.TEACHER)

    def clean_email(self) -> str:
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise ValidationError("This person already has an account.")
        return email


class AcceptForm(SetPasswordMixin, forms.Form):  # type: ignore[type-arg]
    """Checks a name and a password for a person who has no row yet."""

    name = forms.CharField(max_length=100, validators=[no_hidden_characters])
    password1, password2 = SetPasswordMixin.create_password_fields()

    def __init__(self, data: Any = None, *, email: str) -> None:
        super().__init__(data)
        self._email = email

    def clean(self) -> dict[str, Any]:
        self.validate_passwords()
        person = User(email=self._email, name=self.cleaned_data.get("name", ""))
        self.validate_password_for_user(person, "password1")
        return self.cleaned_data


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]
    """Give it an instance with a teacher, whose other courses it is compared with."""

    class Meta:
        model = Course
        fields = ["title", "term"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.validators.append(no_hidden_characters)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        same = Course.objects.filter(
            teacher=self.instance.teacher,
            title=cleaned.get("title"),
            term=cleaned.get("term", ""),
        ).exclude(pk=self.instance.pk)
        if same.exists():
            raise ValidationError("There already is a course with this title and term.")
        return cleaned


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Give it an instance with a teacher, whose courses it offers."""

    class Meta:
        model = ClassSession
        fields = ["title", "course", "meeting_url", "pulse_on", "expression_on"]
        labels = {"pulse_on": "One-tap pulse", "expression_on": "Visible expression"}

    field_order = ["title", "course", "meeting_url", "frame_interval_s"]
    meeting_url = forms.URLField(
        label="Meeting link",
        required=False,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"]), no_hidden_characters],
    )
    frame_interval_s = forms.FloatField(
        label="Seconds between stills",
        min_value=MIN_INTERVAL_MS / 1000,
        max_value=MAX_INTERVAL_MS / 1000,
        step_size=0.5,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].validators.append(no_hidden_characters)
        course = self.fields["course"]
        assert isinstance(course, forms.ModelChoiceField)
        course.queryset = self.instance.teacher.courses.all()
        course.empty_label = "No course"
        self.initial["frame_interval_s"] = self.instance.frame_interval_ms / 1000
        if not settings.FER_EMOTION_INFERENCE:
            del self.fields["expression_on"]
        if self.instance.is_over:  # what a class measured does not change afterwards
            for name in {"frame_interval_s", "pulse_on", "expression_on"} & {
                *self.fields
            }:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "pulse_on" in self.fields and not (
            cleaned.get("pulse_on") or cleaned.get("expression_on")
        ):
            raise ValidationError(
                "Choose at least one signal; without any there is nothing to show."
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """The checked fields by the names that the session's row has for them."""
        values = dict(self.cleaned_data)
        if (seconds := values.pop("frame_interval_s", None)) is not None:
            values["frame_interval_ms"] = round(seconds * 1000)
        return values


class HistoryForm(forms.Form):
    """Filters of the list of sessions; a wrong one is shown and left out."""

    q = forms.CharField(label="Search", required=False, max_length=100)
    course = forms.ModelChoiceField(
        Course.objects.none(), required=False, empty_label="All courses"
    )
    state = forms.ChoiceField(
        required=False, choices=[("", "All states"), *SessionState.choices]
    )
    teacher = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="All teachers"
    )
    since = forms.DateField(
        label="From", required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label="To", required=False, widget=forms.DateInput({"type": "date"})
    )

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        courses, teachers = self.fields["course"], self.fields["teacher"]
        assert isinstance(courses, forms.ModelChoiceField)
        assert isinstance(teachers, forms.ModelChoiceField)
        courses.queryset = Course.objects.visible_to(user)
        teachers.queryset = User.objects.order_by("name", "email")
        if not user.is_admin:
            del self.fields["teacher"]

    def values(self) -> dict[str, Any]:
        """The filters that were set and are right."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class CodeForm(forms.Form):
    code = forms.CharField(label="Class code", max_length=40)

    def clean_code(self) -> str:
        code = plain_code(self.cleaned_data["code"])
        if len(code) != CODE_LENGTH or not self._known(code):
            raise ValidationError("No class has this code. Check it with your teacher.")
        return code

    @staticmethod
    def _known(code: str) -> bool:
        return ClassSession.objects.filter(join_code=code).exists()


def _free_choice(label: str) -> forms.TypedChoiceField:
    """Yes or no, nothing preselected; unanswered is None."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("yes", "Yes"), ("no", "No")],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


class JoinForm(forms.Form):
    display_name = forms.CharField(
        label="Your name, if you like",
        required=False,
        max_length=80,
        validators=[no_hidden_characters],
    )
    expression = _free_choice(Purpose.EXPRESSION.label)
    pulse = _free_choice(Purpose.PULSE.label)

    def __init__(self, data: Any = None, *, offered: set[Purpose]) -> None:
        super().__init__(data)
        for purpose in set(Purpose) - offered:
            del self.fields[purpose.value]

    def decisions(self) -> dict[Purpose, bool]:
        """The answered questions."""
        answers = {purpose: self.cleaned_data.get(purpose.value) for purpose in Purpose}
        return {purpose: yes for purpose, yes in answers.items() if yes is not None}
