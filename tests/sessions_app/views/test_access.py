"""Every URL, by every role and method; a URL or method without a row fails."""

import itertools
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.core.exceptions import SuspiciousOperation
from django.urls import get_resolver, reverse

from tests.sessions_app.views.access_matrix import (
    CO_TEACHERS,
    ROLES,
    ROWS,
    expected_of,
    named_urls,
)
from tests.sessions_app.views.conftest import undone

pytestmark = pytest.mark.django_db


EXPECTED = {role: expected_of(role) for role in ROLES + CO_TEACHERS}
WORDS = {200: "ok", 201: "ok", 204: "ok", 302: "on", 403: "no", 404: "hidden"}


def test_every_url_has_a_row_for_each_method():
    ours = [url for url in named_urls(get_resolver()) if url[0] != "admin"]

    assert sorted((name, method) for name, method, *_ in ROWS) == sorted(
        (name, method) for _, name, _, methods in ours for method in methods
    )


def met(response):
    if response.status_code == 302 and response.url.startswith(reverse("login")):
        return "login"
    return WORDS.get(response.status_code, str(response.status_code))


@pytest.mark.parametrize("role", ROLES + CO_TEACHERS)
def test_a_role_meets_what_the_table_says(role, browsers, arguments):
    met_there = {}
    for name, method in EXPECTED[role]:
        with undone(browsers[role]) as browser:
            answer = getattr(browser, method.lower())(
                reverse(name, args=arguments(name))
            )
            met_there[name, method] = met(answer)

    assert met_there == EXPECTED[role]


@pytest.mark.parametrize("role", ["stranger", "boss"])
def test_no_page_takes_a_method_that_it_does_not_know(role, browsers, arguments):
    names = {name for name, _ in EXPECTED[role]}
    names.remove(
        "password_reset_confirm"
    )  # Django's leads on before it asks for a method
    others = itertools.product(sorted(names), ["PUT", "PATCH", "DELETE", "TRACE"])
    for name, method in set(others) - EXPECTED[role].keys():
        with undone(browsers[role]) as browser:
            answer = getattr(browser, method.lower())(
                reverse(name, args=arguments(name))
            )
            assert met(answer) not in {"ok", "on"}, (name, method)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "boss"])
def test_djangos_admin_opens_to_admins_alone(role, browsers, teacher):
    values = {
        "object_id": teacher.pk,
        "app_label": "sessions_app",
        "content_type_id": 1,
        "url": "nothing",
    }
    pages = {
        reverse(f"admin:{name}", kwargs={p: values[p] for p in parameters})
        for space, name, parameters, _ in named_urls(get_resolver())
        if space == "admin" and name and name != "logout"
    }
    assert reverse("admin:sessions_app_user_change", args=[teacher.pk]) in pages

    doors = {reverse("admin:login"), reverse("login")}
    for method in ("get", "post"):
        answers = {url: getattr(browsers[role], method)(url) for url in pages}
        let_in = [
            url
            for url, answer in answers.items()
            if answer.status_code != 403
            and (answer.status_code != 302 or urlsplit(answer.url).path not in doors)
        ]
        assert let_in == []


def columns_from(model, depth=2):
    """Every column that a look-up from a table reaches, over its relations, too."""
    for field in model._meta.get_fields():
        yield field.name
        if depth and field.is_relation and field.related_model:
            yield from (
                f"{field.name}__{further}"
                for further in columns_from(field.related_model, depth - 1)
            )


def addresses_that_ask(model_admin):
    """One address for each look-up on each column, but for the list's own filters."""
    offered = {f"{name}__exact" for name in model_admin.list_filter}
    for column in columns_from(model_admin.model):
        for ending in ("", "__exact", "__startswith", "__gt"):
            if column + ending not in offered:
                yield f"{column}{ending}=1"


def refused_by(model_admin, request):
    """Whether a list of Django's admin refuses the look-up that it is asked for."""
    try:
        model_admin.changelist_view(request)
    except SuspiciousOperation:  # Django answers it with 400
        return True
    return False


@pytest.mark.long
@pytest.mark.parametrize("model", admin.site._registry, ids=lambda m: m.__name__)
def test_djangos_admin_answers_no_lookup_from_the_address(model, boss, rf):
    model_admin = admin.site._registry[model]
    answered = []
    for query in (queries := list(addresses_that_ask(model_admin))):
        request = rf.get(f"/?{query}")
        request.user = boss
        if not refused_by(model_admin, request):
            answered.append(query)

    assert len(queries) > 20
    assert answered == []


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda m: m.__name__)
def test_a_browser_is_told_that_a_lookup_is_refused(model, boss, browser_of):
    """From the browser's side: twenty look-ups out of all those of the test above."""
    options = model._meta
    path = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    queries = list(addresses_that_ask(admin.site._registry[model]))
    browser = browser_of(boss)

    answers = [
        browser.get(f"{path}?{query}") for query in queries[:: len(queries) // 20]
    ]
    assert {answer.status_code for answer in answers} == {400}


HOSTILE = (
    "teacher__password__startswith=m&participants__id__gt=0&min_group__gt=0"
    "&ordering=password&fields=participants&o=password&_to_field=password"
)


@pytest.mark.parametrize("role", ROLES)
def test_a_query_string_opens_nothing(role, browsers, arguments):
    """What nobody offered as a filter changes no answer, on any page or API."""
    for name, method in EXPECTED[role]:
        if method == "GET":
            with undone(browsers[role]) as browser:
                url = reverse(name, args=arguments(name))
                assert (
                    met(browser.get(f"{url}?{HOSTILE}"))
                    == (EXPECTED[role][name, method])
                ), name


@pytest.mark.parametrize(
    "name", ["course-list", "session-list", "totals", "people", "audit"]
)
@pytest.mark.parametrize("query", HOSTILE.split("&"))
def test_a_list_finds_the_same_whatever_is_asked_of_it(
    name, query, session, boss, browser_of
):
    browser = browser_of(boss)
    url = reverse(name)

    rows = [
        browser.get(address).content.decode().count("<tr")
        for address in (url, f"{url}?{query}")
    ]

    assert rows[0] == rows[1]
