"""When lessons are planned, how often, and what calendars are told of them."""

import datetime as dt
import zoneinfo
from collections.abc import Callable
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from sessions_app.forms.fields import PlannedField
from sessions_app.models import ClassSession
from sessions_app.services.plan_times import BadPlan, check_times
from sessions_app.services.plans import (
    check_weeks,
    following,
    weeks_until,
)

NOT_OF_THE_ROW = ("repeat_times", "repeat_until", "following")
# Times near the ends of the calendar overflow in another time zone.
SANE_TIME = [
    MinValueValidator(dt.datetime(2000, 1, 1, tzinfo=dt.UTC)),
    MaxValueValidator(dt.datetime(2999, 1, 1, tzinfo=dt.UTC)),
]
_NO_PLACES = {"Etc", "SystemV", "US", "posix", "right"}


def zone_choices() -> list[tuple[str, Any]]:
    """Time zones by continent, and none: the browser's."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zoneinfo.available_timezones()):
        continent, _slash, place = name.partition("/")
        if place and continent not in _NO_PLACES:
            shown = place.replace("_", " ").replace("/", ", ")
            groups.setdefault(continent, []).append((name, shown))
    return [("", _("As my browser says")), ("UTC", "UTC"), *groups.items()]


def _moment(label: Any, help_text: Any) -> PlannedField:
    return PlannedField(
        label=label, help_text=help_text, required=False, validators=SANE_TIME
    )


class PlanForm(forms.Form):
    """When a lesson begins and ends, and how often: times are on the reader's clock.

    These fields are drawn in a fold, since most lessons begin when they are made. It is
    open where one of them says something.
    """

    template_name = "sessions/partials/lesson_fields.html"

    planned_at = _moment(
        _("Begins"),
        _(
            "Students who follow the link of the course early read when it begins. "
            "You still start the lesson yourself."
        ),
    )
    planned_end_at = _moment(
        _("Ends"), _("For calendars; you end the lesson yourself.")
    )
    repeat_times = forms.IntegerField(
        label=_("Number of weekly lessons"),
        help_text=_("At the same time each week. Leave it empty for a single lesson."),
        required=False,
        min_value=1,
    )
    repeat_until = forms.DateField(
        label=_("Or every week until"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )
    following = forms.BooleanField(required=False)

    def get_context(self) -> dict[str, Any]:
        context = super().get_context()
        own = PlanForm.base_fields.keys()
        plan = [each for each in context["fields"] if each[0].name in own]
        return context | {
            "fields": [each for each in context["fields"] if each not in plan],
            "plan": plan,
            "plan_is_open": any(field.value() or errors for field, errors in plan),
        }

    def keep_times(self, session: ClassSession) -> None:
        """Read a time that the clock shows twice, or without its seconds, as it was."""
        for name in ("planned_at", "planned_end_at"):
            if isinstance(field := self.fields.get(name), PlannedField):
                field.near = getattr(session, name)

    def offer_weeks(self, session: ClassSession) -> None:
        """A new lesson is repeated; of a series, the later lessons are changed alike."""
        if not session._state.adding:
            del self.fields["repeat_times"], self.fields["repeat_until"]
        later = following(session).count()
        self.fields["following"].label = ngettext(
            "Change the %(n)s later lesson of this series, too",
            "Change the %(n)s later lessons of this series, too",
            later,
        ) % {"n": later}
        if not later:
            del self.fields["following"]

    def check_plan(self, cleaned: dict[str, Any]) -> None:
        """Show what the service would refuse beside the field that it is about."""
        wrong = self.errors.keys()
        if wrong & {"planned_at", "planned_end_at"}:
            return
        begins = cleaned.get("planned_at")
        self._ask("planned_end_at", check_times, begins, cleaned.get("planned_end_at"))
        if cleaned.get("repeat_times") and cleaned.get("repeat_until"):
            both = _("Fill in the number of lessons or the day, not both.")
            self.add_error("repeat_until", both)
        elif not wrong & {"repeat_times", "repeat_until"}:
            field = "repeat_until" if cleaned.get("repeat_until") else "repeat_times"
            self._ask(field, check_weeks, begins, self.weeks())

    def _ask(self, field: str, check: Callable[..., None], *values: Any) -> None:
        try:
            check(*values)
        except BadPlan as error:
            self.add_error(field if field in self.fields else None, str(error))

    def weeks(self) -> int:
        """How many weekly lessons are asked for; 1 where it is not repeated."""
        begins = self.cleaned_data.get("planned_at")
        last = self.cleaned_data.get("repeat_until")
        if last and begins:
            return weeks_until(begins, last, timezone.get_current_timezone())
        return self.cleaned_data.get("repeat_times") or (2 if last else 1)


class LinksForm(forms.Form):
    """Which links stand in a calendar."""

    join_links = forms.BooleanField(
        label=_("With the link for students"), required=False
    )
    meeting_links = forms.BooleanField(
        label=_("With the meeting link"), required=False, initial=True
    )
