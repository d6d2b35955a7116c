"""Courses, class sessions, and finding them again."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import SessionState
from sessions_app.forms.text import no_hidden_characters, only_line_breaks_hidden
from sessions_app.models import ClassSession, Course, User
from sessions_app.models.policy import effective_policy
from sessions_app.models.session import (
    MAX_INTERVAL_MS,
    MAX_LINK,
    MAX_NOTE,
    MIN_INTERVAL_MS,
)
from sessions_app.services.courses import CourseExists, check_free
from sessions_app.services.sessions import NoSignal, check_signals

# Times near the ends of the calendar overflow in another time zone.
_SANE_TIME = [
    MinValueValidator(dt.datetime(2000, 1, 1, tzinfo=dt.UTC)),
    MaxValueValidator(dt.datetime(2999, 1, 1, tzinfo=dt.UTC)),
]
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)  # not host:8443


class CourseForm(forms.ModelForm):  # type: ignore[type-arg]
    """Give it an instance with a teacher, whose other courses it is compared with."""

    class Meta:
        model = Course
        fields = ["title", "term"]
        labels = {"title": _("Title"), "term": _("Term")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.validators.append(no_hidden_characters)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"title", "term"} <= {*cleaned}:
            course = self.instance
            try:
                check_free(teacher=course.teacher, but=course.pk, **cleaned)
            except CourseExists as error:
                raise ValidationError(str(error)) from error
        return cleaned


class LinkField(forms.URLField):
    """A link as people write it: `meet.example.org:8443/room` gets its https://."""

    # A browser itself refuses what has no https:// in a field of type url.
    widget = forms.TextInput({"inputmode": "url", "autocapitalize": "off"})

    def to_python(self, value: Any) -> str | None:
        text = str(value or "").strip()
        if text and not _SCHEME.match(text):
            text = f"https://{text.lstrip('/')}"
        return super().to_python(text)


class SessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """Give it an instance with a teacher, whose courses it offers."""

    class Meta:
        model = ClassSession
        fields = [
            "title",
            "course",
            "meeting_url",
            "planned_at",
            "pulse_on",
            "expression_on",
            "signed_in_only",
        ]
        labels = {
            "title": _("Title"),
            "course": _("Course"),
            "pulse_on": _("One-tap pulse"),
            "expression_on": _("Facial expression"),
            "signed_in_only": _("Only students with a school account"),
        }
        help_texts = {
            "pulse_on": _(
                "Students tap how the lesson is going for them: lost, too fast, "
                "all good, too slow."
            ),
            "expression_on": _(
                "Students may share pictures from their webcam. "
                "You see what the class as a whole looks like, never a person."
            ),
            "signed_in_only": _(
                "Each student counts once, even with several browsers. No names are "
                "kept. Students who joined without signing in are removed and must "
                "join again."
            ),
        }

    field_order = ["title", "course", "meeting_url", "planned_at", "frame_interval_s"]
    planned_at = forms.DateTimeField(
        label=_("Begins"),
        help_text=_(
            "Students who follow the link of the course early read when it begins. "
            "You still start the lesson yourself."
        ),
        required=False,
        validators=_SANE_TIME,
        widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"),
    )
    meeting_url = LinkField(
        label=_("Meeting link"),
        help_text=_("Students see this link on their page."),
        required=False,
        max_length=MAX_LINK,
        assume_scheme="https",
        validators=[URLValidator(schemes=["http", "https"]), no_hidden_characters],
    )
    frame_interval_s = forms.FloatField(
        label=_("Seconds between camera pictures"),
        help_text=_("How often a webcam sends a picture: every 1 to 10 seconds."),
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
        course.empty_label = _("No course")
        self.initial["frame_interval_s"] = self.instance.frame_interval_ms / 1000
        if not effective_policy().expression_allowed:
            del self.fields["expression_on"]
        begun = self.instance.state != SessionState.DRAFT  # some may be in unsigned
        if begun:
            del self.fields["planned_at"]
        if begun or not settings.FER_SIGNED_IN_HEADER:
            del self.fields["signed_in_only"]
        if self.instance.is_over:  # what a class measured does not change afterwards
            for name in {"frame_interval_s", "pulse_on", "expression_on"} & {
                *self.fields
            }:
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "pulse_on" in self.fields:
            chosen = ("pulse_on", "expression_on")
            draft = ClassSession(**{name: cleaned.get(name, False) for name in chosen})
            try:
                check_signals(draft)
            except NoSignal as error:
                raise ValidationError(str(error)) from error
        return cleaned

    def values(self) -> dict[str, Any]:
        """The checked fields by the names that the session's row has for them."""
        values = dict(self.cleaned_data)
        if (seconds := values.pop("frame_interval_s", None)) is not None:
            values["frame_interval_ms"] = round(seconds * 1000)
        return values


class TextField(forms.CharField):
    """A text of several lines. A line break counts once, as browsers count it."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(str(value or "").replace("\r\n", "\n"))


class NoteForm(forms.Form):
    """What a teacher notes about a class of their own."""

    note = TextField(
        label=_("Your note"),
        help_text=_("Only you can read it. It is deleted together with the lesson."),
        required=False,
        max_length=MAX_NOTE,
        validators=[only_line_breaks_hidden],
        widget=forms.Textarea({"rows": 3}),
    )


class LikeForm(forms.Form):
    """Whose settings a new class begins with; what the user may not see is left out."""

    like = forms.ModelChoiceField(ClassSession.objects.none(), required=False)
    course = forms.ModelChoiceField(Course.objects.none(), required=False)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data)
        like, course = self.fields["like"], self.fields["course"]
        assert isinstance(like, forms.ModelChoiceField)
        assert isinstance(course, forms.ModelChoiceField)
        like.queryset = ClassSession.objects.visible_to(user)
        course.queryset = user.courses.all()


class HistoryForm(forms.Form):
    """Filters of the list of sessions; a wrong one is shown and left out."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    course = forms.ModelChoiceField(
        Course.objects.none(),
        label=_("Course"),
        required=False,
        empty_label=_("All courses"),
    )
    state = forms.ChoiceField(
        label=_("State"),
        required=False,
        choices=[("", _("All states")), *SessionState.choices],
    )
    teacher = forms.ModelChoiceField(
        User.objects.none(),
        label=_("Teacher"),
        required=False,
        empty_label=_("All teachers"),
    )
    since = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({"type": "date"})
    )
    until = forms.DateField(
        label=_("To"), required=False, widget=forms.DateInput({"type": "date"})
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
