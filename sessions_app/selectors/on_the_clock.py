"""Week, month, day of the week and hour of a moment, on the reader's clock.

They are Django's own. Where those have SQLite call Python for each row, these say the same in
SQLite's words, which takes a tenth of the time.
"""

import datetime as dt
from functools import lru_cache
from itertools import pairwise
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import functions
from django.db.models.sql.compiler import SQLCompiler
from django.utils import timezone

_FIRST = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # no lesson is older
_AHEAD = dt.timedelta(days=800)
_WEEK, _SECOND = dt.timedelta(days=7), dt.timedelta(seconds=1)


class _InSqlite:
    said: str  # in SQLite's words, of `{local}`: a date and time as text
    lhs: Any

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_: Any
    ) -> tuple[str, Any]:
        moment, params = compiler.compile(self.lhs)
        assert not params, "a column has none"
        zone = timezone.get_current_timezone()
        changes = _changes(zone, timezone.now().year)
        *later, (_since, first) = changes
        cases = "".join(
            f"WHEN {moment} >= '{since:%Y-%m-%d %H:%M:%S}' THEN {_shift(offset)} "
            for since, offset in later
        )
        shift = f"CASE {cases}ELSE {_shift(first)} END" if cases else _shift(first)
        local = f"datetime(substr({moment}, 1, 19), {shift})"
        return self.said.format(local=local), ()


class Week(_InSqlite, functions.TruncWeek):
    """The Monday."""

    said = "date({local}, 'weekday 0', '-6 days') || ' 00:00:00'"


class Month(_InSqlite, functions.TruncMonth):
    """The first day."""

    said = "date({local}, 'start of month') || ' 00:00:00'"


class Weekday(_InSqlite, functions.ExtractIsoWeekDay):
    """Monday is 1."""

    said = "(strftime('%%w', {local}) + 6) %% 7 + 1"


class Hour(_InSqlite, functions.ExtractHour):
    """0 to 23."""

    said = "CAST(substr({local}, 12, 2) AS INTEGER)"


@lru_cache(maxsize=64)
def _changes(zone: dt.tzinfo, year: int) -> list[tuple[dt.datetime, dt.timedelta]]:
    """When a zone's offset from UTC changed and to what, newest first, until after a year."""
    last = dt.datetime(year, 1, 1, tzinfo=dt.UTC) + _AHEAD
    found = [(_FIRST, _offset(zone, _FIRST))]
    weeks = [_FIRST + _WEEK * n for n in range((last - _FIRST) // _WEEK)]
    for before, after in pairwise(weeks):
        if (offset := _offset(zone, after)) != found[-1][1]:
            found.append((_change_between(zone, before, after), offset))
    return found[::-1]


def _change_between(
    zone: dt.tzinfo, before: dt.datetime, after: dt.datetime
) -> dt.datetime:
    """The first second with the later offset."""
    while after - before > _SECOND:
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if _offset(zone, middle) == _offset(zone, after):
            after = middle
        else:
            before = middle
    return after


def _offset(zone: dt.tzinfo, moment: dt.datetime) -> dt.timedelta:
    offset = moment.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _shift(offset: dt.timedelta) -> str:
    return f"'{int(offset.total_seconds()):+} seconds'"
