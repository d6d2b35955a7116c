"""Lessons added up: over time, by course and so on, and two sets of them compared."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Page, Paginator
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sessions_app.enums import GroupBy, SessionState
from sessions_app.forms.history import (
    LessonsForm,
    SavedViewForm,
    TotalsForm,
    as_query,
)
from sessions_app.models import SavedView, User
from sessions_app.selectors.history import session_history
from sessions_app.selectors.totals import OVER_TIME, Group, all_of, groups_by, together
from sessions_app.selectors.totals_sections import measured_charts, sections
from sessions_app.selectors.totals_shown import Comparison, row_of
from sessions_app.services import audit
from sessions_app.web.access import StaffRequest
from sessions_app.web.links import file_links

WEEKS_ON_PAGE, NAMES_ON_PAGE = 53, 40
_ADDED_UP = "Totals of lessons"
_SETS = ("first", "second")


@login_required
@require_safe
def totals(request: StaffRequest) -> HttpResponse:
    """A teacher's own lessons, all of them for an admin, in groups."""
    return totals_page(request, request.GET)


def totals_page(
    request: StaffRequest, asked: QueryDict, view_form: SavedViewForm | None = None
) -> HttpResponse:
    """The page for some filters; with a form that was sent, and what is wrong with it."""
    form = TotalsForm(asked, user=request.user)
    by, groups = asked_for(form, user=request.user)
    audit.looked_at(_ADDED_UP, by=request.user)
    page = _page(groups, by, asked.get("page"))
    on_page = [*page]
    rows = [row_of(group, _lessons(form, group)) for group in on_page]
    chosen = form.chosen()
    query = as_query(chosen)
    context = {
        "filter_form": form,
        "filtered": bool({*chosen} - {"by"}),
        "query": query,
        "files": file_links("totals", query),
        "compare_url": f"{reverse('totals-compare')}?{_to_compare(form)}",
        "views": SavedView.objects.filter(user=request.user),
        "view_form": view_form
        or SavedViewForm(user=request.user, initial={"query": query}),
        "by_word": GroupBy(by).label,
        "over_time": by in OVER_TIME,
        "page_obj": page,
        "rows": rows,
        "sections": sections(on_page, rows, by),
        "measured_charts": measured_charts(on_page, rows, by),
        "whole": row_of(together(groups)) if groups else None,
    }
    return render(request, "totals/totals.html", context)


def asked_for(form: TotalsForm, *, user: User) -> tuple[str, list[Group]]:
    """What lessons are added up by, and the groups; none where a filter is wrong."""
    filters = form.values()
    by = filters.pop("by", GroupBy.WEEK)
    if form.errors:
        return by, []
    return by, groups_by(by, sessions=session_history(user=user, **filters))


def _page(groups: list[Group], by: str, number: str | None) -> Page[Group]:
    """A page of groups; of weeks and months the newest ones are on the first."""
    if by not in OVER_TIME:
        return Paginator(groups, NAMES_ON_PAGE).get_page(number)
    page = Paginator(groups[::-1], WEEKS_ON_PAGE).get_page(number)
    page.object_list = page.object_list[::-1]
    return page


def _lessons(form: TotalsForm, group: Group) -> str:
    """The address of the list of a group's lessons."""
    chosen = form.chosen()
    query = {k: v for k, v in chosen.items() if k != "by"} | group.filters
    if "since" in chosen and group.at:
        query["since"] = max(query["since"], chosen["since"])
    if "until" in chosen and group.at:
        query["until"] = min(query["until"], chosen["until"])
    return (
        f"{reverse('session-list')}?{as_query(query | {'state': SessionState.ENDED})}"
    )


def _to_compare(form: TotalsForm) -> str:
    """The same lessons, and those of as many days before them where days are chosen."""
    chosen = {k: v for k, v in form.chosen().items() if k != "by"}
    before = dict(chosen)
    since, until = (form.cleaned_data.get(name) for name in ("since", "until"))
    if since and until:
        before["until"] = (since - dt.timedelta(days=1)).isoformat()
        before["since"] = (since - (until - since) - dt.timedelta(days=1)).isoformat()
    return _of_sets(before, chosen)


def _of_sets(*chosen: dict[str, str]) -> str:
    """The filters of both sets as the address says them."""
    return as_query(
        {
            f"{which}-{name}": value
            for which, filters in zip(_SETS, chosen, strict=True)
            for name, value in filters.items()
        }
    )


@login_required
@require_safe
def compare(request: StaffRequest) -> HttpResponse:
    """Two sets of lessons, and whether a difference can be told."""
    forms = forms_of_sets(request)
    audit.looked_at(_ADDED_UP, by=request.user)
    sets = two_sets(*forms, user=request.user)
    context: dict[str, Any] = {
        "first_form": forms[0],
        "second_form": forms[1],
        "wrong": sets is None,
    }
    if sets and all(each.lessons for each in sets):
        context |= _compared(*sets)
        query = _of_sets(*(each.filters for each in sets))
        context["files"] = file_links("totals-compare", query)
    return render(request, "totals/compare.html", context)


def forms_of_sets(request: StaffRequest) -> tuple[LessonsForm, LessonsForm]:
    """The filters of the first set and of the second, as the address says them."""
    first, second = (
        LessonsForm(request.GET, user=request.user, prefix=prefix) for prefix in _SETS
    )
    return first, second


def two_sets(
    first_form: LessonsForm, second_form: LessonsForm, *, user: User
) -> tuple[Group, Group] | None:
    """All lessons of each set together; None where a filter is wrong."""
    first, second = _one(first_form, user), _one(second_form, user)
    return (first, second) if first and second else None


def _one(form: LessonsForm, user: User) -> Group | None:
    filters = form.values()
    if form.errors:
        return None
    group = all_of(sessions=session_history(user=user, **filters))
    return replace(group, filters=form.chosen())


def _compared(one: Group, other: Group) -> dict[str, Any]:
    first, second = row_of(one), row_of(other)
    return {
        "rows": [
            replace(first, label=_("First")),
            replace(second, label=_("Second")),
        ],
        "comparison": Comparison(one.span, other.span),
    }
