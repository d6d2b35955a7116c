"""Courses and class sessions."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import AgeBand, Right, SessionState
from sessions_app.forms.choices import ChoicesField
from sessions_app.forms.fields import AgendaField, ClockField, LinkField
from sessions_app.forms.meanwhile import ChangesAlone
from sessions_app.forms.plans import NOT_OF_THE_ROW, PlanForm
from sessions_app.forms.text import no_hidden_characters
from sessions_app.models import ClassSession, Course, User
from sessions_app.models.policy import effective_policy
from sessions_app.models.session import (
    MAX_INTERVAL_MS,
    MIN_INTERVAL_MS,
)
from sessions_app.services.courses import CourseExists, check_free
from sessions_app.services.sessions import (
    NoSignal,
    WrongState,
    check_signals,
    check_who_sees,
)
from sessions_app.web import sign_in


class CourseForm(ChangesAlone, forms.ModelForm):  # type: ignore[type-arg]
    """Give it an instance with a teacher, whose other courses it is compared with."""

    class Meta:
        model = Course
        fields = ["title", "term", "age_band", "pulse_choices"]
        labels = {"title": _("Title"), "term": _("Term")}

    age_band = forms.ChoiceField(
        label=_("Students' age"),
        help_text=_(
            "Of all students of the course; nothing about a single one is kept. Students under "
            "18 are asked for facial expressions only where the rules of your place let their "
            "parents allow it, and under 13 never. A lower age holds at once."
        ),
        required=False,
    )
    pulse_choices = ChoicesField(
        label=_("Answers of the pulse"),
        help_text=_(
            "What students can tap, in your words. What an answer stands for gives it its "
            "colour and counts it; answers that stand for the same are counted together. "
            "Leave all empty for the usual four. A change holds from the next lesson on."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "term"):
            self.fields[name].validators.append(no_hidden_characters)
        age = self.fields["age_band"]
        assert isinstance(age, forms.ChoiceField)
        presumed = gettext("Not stated: %(age)s") % {
            "age": effective_policy().age.label
        }
        age.choices = [("", presumed), *AgeBand.choices]
        if not self.instance._state.adding:
            self.keep_shown(self.fields)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        names = {name: cleaned[name] for name in ("title", "term") if name in cleaned}
        if len(names) == 2:
            course = self.instance
            try:
                check_free(teacher=course.teacher, but=course.pk, **names)
            except CourseExists as error:
                raise ValidationError(str(error)) from error
        return cleaned


class SessionForm(ChangesAlone, PlanForm, forms.ModelForm):  # type: ignore[type-arg]
    """Give it an instance with a teacher, whose courses it offers.

    A lesson that is there stays among its teacher's courses, and is moved by its owner
    alone (`rights`): in another course, others would have rights in it.
    """

    class Meta:
        model = ClassSession
        fields = [
            "title",
            "course",
            "meeting_url",
            "planned_at",
            "planned_end_at",
            "pulse_on",
            "expression_on",
            "signed_in_only",
            "students_see",
            "recording_url",
        ]
        labels = {
            "title": _("Title"),
            "course": _("Course"),
            "pulse_on": _("One-tap pulse"),
            "expression_on": _("Facial expression"),
            "signed_in_only": _("Only students with a school account"),
            "students_see": _("Students see the class's result"),
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
            "students_see": _(
                "The same words and bars as you, live and afterwards, on their own page. "
                "Students read this before they decide, and everyone with the link can "
                "join and see them."
            ),
        }

    field_order = [
        "title",
        "course",
        "agenda",
        "meeting_url",
        "planned_at",
        "planned_end_at",
        "repeat_times",
        "repeat_until",
        "following",
        "recording_url",
        "recording_starts",
        "frame_interval_s",
    ]
    agenda = AgendaField(show_hidden_initial=True)  # as it was when the page was opened
    meeting_url = LinkField(
        label=_("Meeting link"),
        help_text=_("Students see this link on their page."),
    )
    recording_url = LinkField(
        label=_("Recording"),
        help_text=_(
            "Where the lesson can be seen again. Topics and minutes then lead there."
        ),
    )
    recording_starts = ClockField(
        label=_("The recording's clock when the lesson began"),
        help_text=_(
            "Such as 2:30. With a minus, -2:30, if recording began after the lesson."
        ),
        required=False,
    )
    frame_interval_s = forms.FloatField(
        label=_("Seconds between camera pictures"),
        help_text=_("How often a webcam sends a picture: every 1 to 10 seconds."),
        min_value=MIN_INTERVAL_MS / 1000,
        max_value=MAX_INTERVAL_MS / 1000,
        step_size=0.5,
    )

    def __init__(
        self,
        *args: Any,
        rights: Collection[Right] = tuple(Right),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].validators.append(no_hidden_characters)
        course = self.fields["course"]
        assert isinstance(course, forms.ModelChoiceField)
        needed = Right.RUN if self.instance._state.adding else Right.OWN
        course.queryset = Course.objects.taught_by(self.instance.teacher, needed)
        course.empty_label = _("No course")
        if Right.OWN not in rights:
            del self.fields["course"]
        self.initial["frame_interval_s"] = self.instance.frame_interval_ms / 1000
        self.initial["recording_starts"] = self.instance.recording_offset_s
        self.initial["agenda"] = self.instance.agenda
        if not effective_policy().expression_allowed:
            del self.fields["expression_on"]
        begun = self.instance.state != SessionState.DRAFT  # some may be in unsigned
        planned, recorded = (
            ("planned_at", "planned_end_at"),
            ("recording_url", "recording_starts"),
        )
        for name in planned if begun else recorded:
            del self.fields[name]
        self.keep_times(self.instance)
        self.offer_weeks(self.instance)
        if begun or not sign_in.is_possible():
            del self.fields["signed_in_only"]
        if begun and not self.instance.students_see:
            self.fields["students_see"].disabled = True
            self.fields["students_see"].help_text = _(
                "This lesson has started, and its students read that only staff see the "
                "numbers. You can turn this on in a lesson that has not started."
            )
        if self.instance.is_over:  # what a class measured does not change afterwards
            for name in (
                "frame_interval_s",
                "pulse_on",
                "expression_on",
                "agenda",  # nothing is to come
            ):
                self.fields.pop(name, None)
        if not self.instance._state.adding:
            self.keep_shown(self.fields.keys() - {"agenda", "following"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "pulse_on" in self.fields:
            chosen = ("pulse_on", "expression_on")
            moved = "course" in self.fields
            course = cleaned.get("course") if moved else self.instance.course
            given = {name: cleaned.get(name, False) for name in chosen}
            draft = ClassSession(course=course, **given)
            try:
                check_signals(draft)
            except NoSignal as error:
                raise ValidationError(str(error)) from error
        self._check_who_sees()
        self.check_plan(cleaned)
        return cleaned

    def _check_who_sees(self) -> None:
        """Say so where the lesson has started since the page with this tick was opened.

        The field is switched off then, and what was sent for it is not looked at.
        """
        name = "students_see"
        widget, sent_as = self.fields[name].widget, self.add_prefix(name)
        ticked = widget.value_from_datadict(self.data, self.files, sent_as)
        try:
            check_who_sees(self.instance, {name: ticked})
        except WrongState as error:
            self.add_error(name, str(error))

    def values(self) -> dict[str, Any]:
        """The checked fields by the names that the row has for them; else what was changed.

        A topic may have begun, and left the agenda, since the page was opened.
        """
        adding = self.instance._state.adding
        values = dict(self.cleaned_data if adding else self.changed())
        for name in NOT_OF_THE_ROW:
            values.pop(name, None)
        if (seconds := values.pop("frame_interval_s", None)) is not None:
            values["frame_interval_ms"] = round(seconds * 1000)
        if "recording_starts" in values:
            values["recording_offset_s"] = values.pop("recording_starts")
        return values

    def left_alone(self) -> set[str]:
        """What was not changed, by the names of the row; later lessons are made alike."""
        names = self.cleaned_data.keys() - self.changed().keys()
        row = {
            "frame_interval_s": "frame_interval_ms",
            "recording_starts": "recording_offset_s",
        }
        return {row.get(name, name) for name in names - {*NOT_OF_THE_ROW, "agenda"}}


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
        course.queryset = Course.objects.taught_by(user, Right.RUN)
