"""Filters of the list of lessons, and of lessons that are added up."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import GroupBy, SessionState
from sessions_app.forms.text import no_hidden_characters, something_to_see
from sessions_app.models import Course, User
from sessions_app.models.saved_view import MAX_VIEW_NAME, MAX_VIEW_QUERY
from sessions_app.selectors.history import WITHOUT

_DAY = forms.DateInput({"type": "date"})
_HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]
_SELDOM = ("term", "weekday", "hour")  # in a list, where an address brings them


def as_query(values: Mapping[str, str]) -> str:
    """Filters as an address has them."""
    query = QueryDict(mutable=True)
    query.update(values)
    return query.urlencode()


class _CoursesAndNone(forms.models.ModelChoiceIterator):  # type: ignore[type-arg]
    def __iter__(self) -> Iterator[Any]:
        yield from super().__iter__()
        yield WITHOUT, _("No course")


class CourseFilter(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A course, or `WITHOUT` for lessons that have none."""

    iterator = _CoursesAndNone

    def to_python(self, value: Any) -> Any:
        return WITHOUT if value == WITHOUT else super().to_python(value)


class HistoryForm(forms.Form):
    """Filters of the list of sessions; a wrong one is shown and left out."""

    q = forms.CharField(label=_("Search"), required=False, max_length=100)
    course = CourseFilter(
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
    since = forms.DateField(label=_("From"), required=False, widget=_DAY)
    until = forms.DateField(label=_("To"), required=False, widget=_DAY)
    term = forms.ChoiceField(label=_("Term"), required=False)
    weekday = forms.TypedChoiceField(
        label=_("Day of the week"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[
            ("", _("All days")),
            *((number + 1, name) for number, name in WEEKDAYS.items()),
        ],
    )
    hour = forms.TypedChoiceField(
        label=_("Begins between"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", _("All hours")), *_HOURS],
    )

    def __init__(self, data: Any, *, user: User, **options: Any) -> None:
        super().__init__(data, **options)
        self._offer(user)
        for name in self._left_out():
            del self.fields[name]
        if "term" in self.fields:
            self._offer_terms(user)

    def _offer(self, user: User) -> None:
        courses, teachers = self.fields["course"], self.fields["teacher"]
        assert isinstance(courses, forms.ModelChoiceField)
        assert isinstance(teachers, forms.ModelChoiceField)
        courses.queryset = Course.objects.visible_to(user)
        teachers.queryset = User.objects.order_by("name", "email")
        if not user.is_admin:
            del self.fields["teacher"]

    def _left_out(self) -> list[str]:
        return [name for name in _SELDOM if not self.data.get(self.add_prefix(name))]

    def _offer_terms(self, user: User) -> None:
        terms = self.fields["term"]
        assert isinstance(terms, forms.ChoiceField)
        known = Course.objects.visible_to(user).exclude(term="").order_by("term")
        terms.choices = [
            ("", _("All terms")),
            *((term, term) for term in known.values_list("term", flat=True).distinct()),
            (WITHOUT, _("No term")),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error(
                "until",
                ValidationError(
                    _("This day is before the first one. Choose a later day.")
                ),
            )
        return cleaned

    def values(self) -> dict[str, Any]:
        """The filters that were set and are right."""
        self.is_valid()
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if value not in {None, ""}
        }

    def chosen(self) -> dict[str, str]:
        """The same as the address says them."""
        return {name: self[name].value() for name in self.values()}


class LessonsForm(HistoryForm):
    """Which lessons are added up: those that are over, so no state is asked for."""

    state = None  # type: ignore[assignment]
    field_order = ["since", "until", "term", "course", "teacher", "weekday", "hour"]

    def _left_out(self) -> list[str]:
        return []


class TotalsForm(LessonsForm):
    """Which lessons are added up, and by what."""

    by = forms.ChoiceField(label=_("By"), required=False, choices=GroupBy.choices)
    field_order = ["by", *LessonsForm.field_order]

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, user=user)
        if not user.is_admin:
            by = self.fields["by"]
            assert isinstance(by, forms.ChoiceField)
            others = [(k, word) for k, word in GroupBy.choices if k != GroupBy.TEACHER]
            by.choices = others


class SavedViewForm(forms.Form):
    """A name for the filters of the totals, which it carries as the address says them."""

    name = forms.CharField(
        label=_("Name of this view"),
        max_length=MAX_VIEW_NAME,
        validators=[no_hidden_characters, something_to_see],
        widget=forms.TextInput({"autocomplete": "off"}),
    )
    query = forms.CharField(
        required=False, max_length=MAX_VIEW_QUERY, widget=forms.HiddenInput
    )

    def __init__(
        self, data: Any = None, *, user: User, initial: dict[str, str] | None = None
    ) -> None:
        super().__init__(data, initial=initial, auto_id="view-%s")
        self._user = user

    def clean_query(self) -> str:
        """The filters alone; one that is wrong or unknown is refused."""
        form = TotalsForm(QueryDict(self.cleaned_data["query"]), user=self._user)
        chosen = form.chosen()
        if form.errors:
            raise ValidationError(
                _("A filter is wrong. Correct or clear it, then save the view.")
            )
        return as_query(chosen)
