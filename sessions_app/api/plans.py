"""When lessons are planned: once or each week, and changed later."""

import datetime as dt
from typing import Any

from django.core.validators import URLValidator
from django.utils import timezone
from rest_framework import serializers

from sessions_app.api.fields import Line
from sessions_app.forms.plans import SANE_TIME
from sessions_app.forms.text import no_hidden_characters
from sessions_app.models import ClassSession, User
from sessions_app.models.session import MAX_LINK
from sessions_app.services.plan_times import BadPlan, check_times
from sessions_app.services.plans import MOST_WEEKS, check_weeks
from sessions_app.web.reader_zone import zone

STUDENTS_SEE = {
    "students_see": {
        "help_text": "Whether its students see the released result, live and afterwards. "
        "A lesson that has begun can only turn it off."
    }
}


class Moment(serializers.DateTimeField):
    """A time that some calendar has; null takes it away."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            allow_null=True,
            default_timezone=dt.UTC,
            validators=SANE_TIME,
            **options,
        )


class PlanSerializer(serializers.ModelSerializer[ClassSession]):
    """Title, link, times and who sees the result; the end is checked against the beginning."""

    title = Line(max_length=200)
    meeting_url = serializers.URLField(
        required=False,
        allow_blank=True,
        max_length=MAX_LINK,
        validators=[URLValidator(schemes=["http", "https"]), no_hidden_characters],
    )
    planned_at = Moment(help_text="When it is meant to begin; it is started by a call.")
    planned_end_at = Moment(help_text="When it is meant to end.")

    class Meta:
        model = ClassSession
        fields = [
            "title",
            "meeting_url",
            "planned_at",
            "planned_end_at",
            "students_see",
        ]
        extra_kwargs = STUDENTS_SEE

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        known = self.instance
        times = {
            name: attrs.get(name, getattr(known, name, None))
            for name in ("planned_at", "planned_end_at")
        }
        try:
            check_times(*times.values())
            check_weeks(times["planned_at"], attrs.get("weeks", 1))
        except BadPlan as error:
            raise serializers.ValidationError(str(error)) from error
        return attrs


class Weeks(serializers.IntegerField):
    """How many lessons are made, one each week."""

    def __init__(self) -> None:
        super().__init__(
            required=False,
            write_only=True,
            min_value=1,
            max_value=MOST_WEEKS,
            help_text="Make a lesson each week, so many in all, at the same time by "
            "the clock of the account's time zone; answers with the first.",
        )


def zone_of(user: User) -> dt.tzinfo:
    """By whose clock a caller plans: the account's, or else the request's."""
    return zone(user.time_zone) or timezone.get_current_timezone()
