"""Fields that several forms have: links, texts, topics, a recording's clock, moments."""

import datetime as dt
import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_app.forms.text import no_hidden_characters, something_to_see
from sessions_app.minutes.recordings import clock_words
from sessions_app.models.session import MAX_LINK
from sessions_app.services.topics import BadAgenda, check_agenda

A_SECOND = dt.timedelta(seconds=1)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:(?!\d)", re.IGNORECASE)  # not host:8443
_BULLET = re.compile(r"^[-*•◦‣\u2013\u2014·]\s+")  # of a list that somebody pasted
_CLOCK = re.compile(r"([+\-\u2212]?)(?:(\d{1,2}):)?(\d{1,2}):([0-5]\d)")


class LinkField(forms.URLField):
    """A link as people write it: `meet.example.org:8443/room` gets its https://."""

    # A browser itself refuses what has no https:// in a field of type url.
    widget = forms.TextInput({"inputmode": "url", "autocapitalize": "off"})

    def __init__(self, **options: Any) -> None:
        super().__init__(
            required=False,
            max_length=MAX_LINK,
            assume_scheme="https",
            validators=[URLValidator(schemes=["http", "https"]), no_hidden_characters],
            **options,
        )

    def to_python(self, value: Any) -> str | None:
        text = str(value or "").strip()
        if text and not _SCHEME.match(text):
            text = f"https://{text.lstrip('/')}"
        return super().to_python(text)


class TextField(forms.CharField):
    """A text of several lines. A line break counts once, as browsers count it."""

    def to_python(self, value: Any) -> str | None:
        return super().to_python(str(value or "").replace("\r\n", "\n"))


class AgendaField(forms.Field):
    """Names of topics, one a line, as they are typed, or pasted from a list."""

    widget = forms.Textarea({"rows": 4})

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **options,
            label=_("Topics"),
            help_text=_(
                "One a line, in order. In the lesson one tap or the T key begins the "
                "next one, and each gets numbers of its own."
            ),
            required=False,
        )

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> list[str]:
        lines = (" ".join(line.split()) for line in str(value or "").splitlines())
        names = (_BULLET.sub("", line) for line in lines)
        return [name for name in names if name]

    def validate(self, value: list[str]) -> None:
        try:
            check_agenda(value)
        except BadAgenda as error:
            raise ValidationError(str(error)) from error
        for number, name in enumerate(value, start=1):
            _check_line(number, name)


def _check_line(number: int, name: str) -> None:
    try:
        no_hidden_characters(name)
        something_to_see(name)
    except ValidationError as error:
        raise ValidationError(
            _("Topic %(number)s: %(problem)s")
            % {"number": number, "problem": error.messages[0]}
        ) from error


class ClockField(forms.CharField):
    """A time of a recording, as players show it: 2:30, 1:02:30, or -0:45. In seconds."""

    widget = forms.TextInput({"placeholder": "0:00", "autocomplete": "off"})

    def prepare_value(self, value: Any) -> Any:
        return clock_words(value) if isinstance(value, int) else value

    def to_python(self, value: Any) -> Any:  # seconds, where CharField has text
        text = super().to_python(value)
        if not text:
            return 0
        if not (found := _CLOCK.fullmatch(text)):
            raise ValidationError(
                gettext(
                    "“%(text)s” is no time of a recording. Write it as 2:30 or 1:02:30."
                )
                % {"text": text[:20]}
            )
        sign, hours, minutes, seconds = found.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        return whole if sign in {"", "+"} else -whole


_TO_THE_MINUTE, TO_THE_SECOND = "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"


class _MomentShown(forms.DateTimeInput):
    """What a page showed, written as it was shown."""

    input_type, written = "hidden", TO_THE_SECOND

    def __init__(self) -> None:
        super().__init__(format=self.written)


class _MinuteShown(_MomentShown):
    written = _TO_THE_MINUTE


class MomentField(forms.DateTimeField):
    """A time on the reader's clock, in UTC where that clock shows it twice.

    In the hour that autumn repeats it is the moment that may be meant, and of two of them
    the one nearer to `near`.
    """

    hidden_widget = _MomentShown
    near: dt.datetime | None = None
    begins: dt.datetime | None = None  # from when on a moment may be meant
    ends: dt.datetime | None = None  # and until when

    def to_python(self, value: Any) -> dt.datetime | None:
        try:
            return super().to_python(value)
        except ValidationError as error:
            found = self._repeated(value) if error.code == "ambiguous_timezone" else []
            if not found:
                raise
            return min(found, key=self._unlikely)

    def _repeated(self, value: Any) -> list[dt.datetime]:
        """Both moments that the clock shows so; none in the hour that spring leaves out."""
        shown = parse_datetime(str(value).strip())
        if shown is None:
            return []
        zone = timezone.get_current_timezone()
        moments = [
            shown.replace(fold=fold, tzinfo=zone).astimezone(dt.UTC) for fold in (0, 1)
        ]
        return [
            moment
            for moment in moments
            if moment.astimezone(zone).replace(tzinfo=None) == shown
        ]

    def _unlikely(self, moment: dt.datetime) -> tuple[bool, dt.timedelta]:
        early = self.begins is not None and moment <= self.begins - A_SECOND
        late = self.ends is not None and moment >= self.ends + A_SECOND
        return early or late, abs(moment - (self.near or moment))


class PlannedField(MomentField):
    """A time to the minute. One that is not changed keeps the seconds that it has."""

    widget = forms.DateTimeInput({"type": "datetime-local"}, _TO_THE_MINUTE)
    hidden_widget = _MinuteShown

    def to_python(self, value: Any) -> dt.datetime | None:
        found, near = super().to_python(value), self.near
        same = near is not None and found == near.replace(second=0, microsecond=0)
        return near if same else found
