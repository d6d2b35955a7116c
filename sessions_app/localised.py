"""Lists, days and times as the reader's language writes them, from the data that browsers use, too."""

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from django.utils.translation import get_language, to_locale


def listed(texts: Iterable[object]) -> str:
    """Join texts.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    # No other style: Babel's data lack parts of them in German, Spanish and Hindi.
    return format_list(
        [str(text) for text in texts], style="standard", locale=_locale()
    )


def day(date: dt.date, form: Literal["full", "long", "medium"] = "long") -> str:
    """A day; in full with its weekday.

    >>> day(dt.date(2026, 11, 29))
    '29 November 2026'
    """
    return format_date(date, form, locale=_locale())


def day_of_year(date: dt.date) -> str:
    """A day without its year.

    >>> day_of_year(dt.date(2026, 11, 29))
    '29 November'
    """
    return format_skeleton("MMMMd", date, locale=_locale())


def time_of_day(at: dt.datetime, *, seconds: bool = False) -> str:
    """A time on the clock that `at` is on.

    >>> time_of_day(dt.datetime(2026, 11, 29, 10, 32, 5))
    '10:32'
    """
    at = at.replace(tzinfo=None)  # or Babel reads it on the clock of UTC
    return format_time(at, "medium" if seconds else "short", locale=_locale())


def day_and_time(at: dt.datetime) -> str:
    """A day with the time on the clock that `at` is on.

    >>> day_and_time(dt.datetime(2026, 11, 29, 10, 32, 5))
    '29 Nov 2026, 10:32'
    """
    both: str = _locale().datetime_formats["medium"]
    return both.format(time_of_day(at), day(at, "medium"))


def _locale() -> Locale:
    return _known(to_locale(get_language() or "en"))


@lru_cache
def _known(locale: str) -> Locale:
    return Locale.parse(locale)
