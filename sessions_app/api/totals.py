"""Lessons added up, and two sets of them compared."""

from copy import deepcopy
from dataclasses import replace
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app.api.caller import query, staff
from sessions_app.api.minutes import FileRenderer
from sessions_app.api.totals_serializers import (
    DifferenceSerializer,
    TotalsSerializer,
)
from sessions_app.enums import GroupBy
from sessions_app.models import User
from sessions_app.selectors.history import session_history
from sessions_app.selectors.spreadsheet import WORKBOOK, Table, csv_of, workbook_of
from sessions_app.selectors.totals import Group, all_of, groups_by
from sessions_app.selectors.totals_export import (
    as_table,
    difference_data,
    difference_table,
    totals_export,
)
from sessions_app.services import audit

_BIGGEST_ID = 2**63 - 1
_SETS = ("first", "second")


class LessonsQuery(serializers.Serializer[Any]):
    """Which lessons are added up: all that are over where nothing is said."""

    since = serializers.DateField(
        required=False,
        help_text="First day that a lesson began on, in the time zone of the login's "
        "browser or, with a token, of the server.",
    )
    until = serializers.DateField(required=False, help_text="Last such day.")
    term = serializers.CharField(
        required=False, max_length=50, help_text="Of the course; `-` for none."
    )
    course = serializers.RegexField(
        r"^([1-9][0-9]{0,17}|-)\Z",
        required=False,
        help_text="A course's id; `-` for none.",
    )
    teacher = serializers.IntegerField(
        required=False, min_value=1, max_value=_BIGGEST_ID, help_text="A teacher's id."
    )
    weekday = serializers.IntegerField(
        required=False, min_value=1, max_value=7, help_text="Monday is 1."
    )
    hour = serializers.IntegerField(
        required=False, min_value=0, max_value=23, help_text="In which it began."
    )
    q = serializers.CharField(
        required=False, max_length=100, help_text="Words in its or its course's title."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        check_period(attrs)
        return attrs


def check_period(given: dict[str, Any], prefix: str = "") -> None:
    """Refuse a period that ends before it begins."""
    since, until = given.get(f"{prefix}since"), given.get(f"{prefix}until")
    if since and until and until < since:
        raise serializers.ValidationError(
            {f"{prefix}until": "This day is before the first one. Send a later day."}
        )


class TotalsQuery(LessonsQuery):
    by = serializers.ChoiceField(GroupBy.choices, default=GroupBy.WEEK)


class DifferenceQuery(serializers.Serializer[Any]):
    """The filters of two sets of lessons."""

    def get_fields(self) -> dict[str, Any]:
        return {
            f"{which}_{name}": deepcopy(field)
            for which in _SETS
            for name, field in LessonsQuery().fields.items()
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        for which in _SETS:
            check_period(attrs, f"{which}_")
        return attrs


class CsvRenderer(FileRenderer):
    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def write(self, data: Any) -> str:
        return csv_of(_table(data))


class WorkbookRenderer(FileRenderer):
    media_type = WORKBOOK
    format = "xlsx"
    charset = None
    render_style = "binary"

    def write(self, data: Any) -> bytes:
        return workbook_of({"Totals": _table(data)})


def _table(data: dict[str, Any]) -> Table:
    return difference_table(data) if "second" in data else as_table(data)


class TotalsView(APIView):
    renderer_classes = [JSONRenderer, CsvRenderer, WorkbookRenderer]

    @extend_schema(
        operation_id="totals",
        parameters=[TotalsQuery],
        responses={
            (200, "application/json"): TotalsSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, WORKBOOK): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request) -> Response:
        """Lessons that are over, added up by week, term, course and so on.

        Groups come in the order of time or of the alphabet. `?format=csv` or `xlsx`.
        """
        filters = query(request, TotalsQuery)
        by = filters.pop("by")
        sessions = session_history(user=staff(request), **filters)
        _note(request)
        said = {name: str(value) for name, value in filters.items()}
        return Response(totals_export(by, groups_by(by, sessions=sessions), said))


class DifferenceView(APIView):
    renderer_classes = [JSONRenderer, CsvRenderer, WorkbookRenderer]

    @extend_schema(
        operation_id="totals_difference",
        parameters=[DifferenceQuery],
        responses={
            (200, "application/json"): DifferenceSerializer,
            (200, "text/csv"): OpenApiTypes.STR,
            (200, WORKBOOK): OpenApiTypes.BINARY,
        },
    )
    def get(self, request: Request) -> Response:
        """Two sets of lessons, and whether a difference between them can be told.

        `?format=csv` or `xlsx`.
        """
        given = query(request, DifferenceQuery)
        first, second = (_all(given, f"{which}_", staff(request)) for which in _SETS)
        _note(request, "Lessons compared")
        return Response(difference_data(first, second))


def _note(request: Request, what: str = "Totals of lessons") -> None:
    """A file is taken away; what a program reads again and again is a look."""
    form = request.accepted_renderer.format
    if form == "json":
        audit.looked_at("Totals of lessons", by=staff(request))
    else:
        audit.took_away(f"{what} as {form.upper()}", by=staff(request))


def _all(given: dict[str, Any], prefix: str, user: User) -> Group:
    filters = {
        name.removeprefix(prefix): value
        for name, value in given.items()
        if name.startswith(prefix)
    }
    said = {name: str(value) for name, value in filters.items()}
    return replace(all_of(sessions=session_history(user=user, **filters)), filters=said)
