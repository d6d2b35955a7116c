"""Lists and days as the reader's language writes them, from the data that browsers use, too."""

import datetime as dt
from collections.abc import Iterable
from typing import Literal

from babel import Locale
from babel.dates import format_date, format_skeleton
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


def day(date: dt.date, form: Literal["full", "long"] = "long") -> str:
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


def _locale() -> Locale:
    return Locale.parse(to_locale(get_language() or "en"))
