"""Every URL, by every role and method; a URL or method without a row fails."""

from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.urls import get_resolver, reverse

from tests.sessions_app.views.conftest import undone

pytestmark = pytest.mark.django_db

ROLES = ["stranger", "owner", "colleague", "boss", "student", "foreigner"]

# What each role meets at a live session of the owner's that the student takes part in,
# while the foreigner does in another: ok, login (sent there), on (sent elsewhere), no (403), hidden (404), or a status.
TABLE = """
                              stranger owner  colleague boss   student foreigner
home                     GET  ok       on     on        on     ok      ok
home                     POST 405      405    405       405    405     405
healthz                  GET  ok       ok     ok        ok     ok      ok
healthz                  POST 405      405    405       405    405     405
readyz                   GET  ok       ok     ok        ok     ok      ok
readyz                   POST 405      405    405       405    405     405
privacy                  GET  ok       ok     ok        ok     ok      ok
privacy                  POST 405      405    405       405    405     405
try-it                   GET  hidden   hidden hidden    hidden hidden  hidden
try-it                   POST 405      405    405       405    405     405
script-texts             GET  ok       ok     ok        ok     ok      ok
script-texts             POST 405      405    405       405    405     405
login                    GET  ok       on     on        on     ok      ok
login                    POST ok       on     on        on     ok      ok
logout                   GET  405      405    405       405    405     405
logout                   POST on       on     on        on     on      on
password_reset           GET  ok       ok     ok        ok     ok      ok
password_reset           POST ok       ok     ok        ok     ok      ok
password_reset_done      GET  ok       ok     ok        ok     ok      ok
password_reset_done      POST 405      405    405       405    405     405
password_reset_confirm   GET  on       on     on        on     on      on
password_reset_confirm   POST on       on     on        on     on      on
password_reset_complete  GET  ok       ok     ok        ok     ok      ok
password_reset_complete  POST 405      405    405       405    405     405
password_change          GET  login    ok     ok        ok     login   login
password_change          POST login    ok     ok        ok     login   login
password_change_done     GET  login    ok     ok        ok     login   login
password_change_done     POST login    405    405       405    login   login
people                   GET  login    no     no        ok     login   login
people                   POST login    no     no        ok     login   login
invitation-revoke        GET  login    no     no        405    login   login
invitation-revoke        POST login    no     no        on     login   login
invitation-again         GET  login    no     no        405    login   login
invitation-again         POST login    no     no        ok     login   login
person                   GET  login    no     no        ok     login   login
person                   POST login    no     no        ok     login   login
person-close             GET  login    no     no        405    login   login
person-close             POST login    no     no        on     login   login
person-open              GET  login    no     no        405    login   login
person-open              POST login    no     no        on     login   login
person-log-ins-end       GET  login    405    405       405    login   login
person-log-ins-end       POST login    on     hidden    on     login   login
person-tokens-revoke     GET  login    405    405       405    login   login
person-tokens-revoke     POST login    on     hidden    on     login   login
security                 GET  login    ok     ok        ok     login   login
security                 POST login    ok     ok        ok     login   login
invitation-accept        GET  ok       ok     ok        ok     ok      ok
invitation-accept        POST ok       ok     ok        ok     ok      ok
course-list              GET  login    ok     ok        ok     login   login
course-list              POST login    405    405       405    login   login
course-new               GET  login    ok     ok        ok     login   login
course-new               POST login    ok     ok        ok     login   login
course-edit              GET  login    ok     hidden    ok     login   login
course-edit              POST login    ok     hidden    ok     login   login
course-delete            GET  login    ok     hidden    ok     login   login
course-delete            POST login    on     hidden    on     login   login
session-list             GET  login    ok     ok        ok     login   login
session-list             POST login    405    405       405    login   login
totals                   GET  login    no     no        ok     login   login
totals                   POST login    no     no        405    login   login
session-new              GET  login    ok     ok        ok     login   login
session-new              POST login    ok     ok        ok     login   login
session-detail           GET  login    ok     hidden    ok     login   login
session-detail           POST login    405    405       405    login   login
session-edit             GET  login    ok     hidden    ok     login   login
session-edit             POST login    ok     hidden    ok     login   login
session-delete           GET  login    ok     hidden    ok     login   login
session-delete           POST login    on     hidden    on     login   login
session-qr               GET  login    ok     hidden    ok     login   login
session-qr               POST login    405    405       405    login   login
session-compact          GET  login    ok     hidden    ok     login   login
session-compact          POST login    405    405       405    login   login
session-start            GET  login    405    405       405    login   login
session-start            POST login    on     hidden    on     login   login
session-pause            GET  login    405    405       405    login   login
session-pause            POST login    on     hidden    on     login   login
session-resume           GET  login    405    405       405    login   login
session-resume           POST login    on     hidden    on     login   login
session-end              GET  login    405    405       405    login   login
session-end              POST login    on     hidden    on     login   login
api-tokens               GET  login    ok     ok        ok     login   login
api-tokens               POST login    ok     ok        ok     login   login
session-csv              GET  login    ok     hidden    ok     login   login
session-csv              POST login    405    405       405    login   login
session-workbook         GET  login    ok     hidden    ok     login   login
session-workbook         POST login    405    405       405    login   login
session-json             GET  login    ok     hidden    ok     login   login
session-json             POST login    405    405       405    login   login
api-schema               GET  ok       ok     ok        ok     ok      ok
api-schema               POST 405      405    405       405    405     405
api-docs                 GET  ok       ok     ok        ok     ok      ok
api-docs                 POST 405      405    405       405    405     405
api-course-list          GET  401      ok     ok        ok     401     401
api-course-list          POST 401      415    415       415    401     401
api-course-detail        GET  401      ok     hidden    ok     401     401
api-course-detail        POST 401      405    405       405    401     401
api-course-detail        PUT  401      400    hidden    400    401     401
api-course-detail        PATCH 401     ok     hidden    ok     401     401
api-course-detail        DELETE 401    ok     hidden    ok     401     401
api-session-list         GET  401      ok     ok        ok     401     401
api-session-list         POST 401      415    415       415    401     401
api-session-detail       GET  401      ok     hidden    ok     401     401
api-session-detail       POST 401      405    405       405    401     401
api-session-start        GET  401      405    405       405    401     401
api-session-start        POST 401      ok     hidden    ok     401     401
api-session-pause        GET  401      405    405       405    401     401
api-session-pause        POST 401      ok     hidden    ok     401     401
api-session-resume       GET  401      405    405       405    401     401
api-session-resume       POST 401      ok     hidden    ok     401     401
api-session-end          GET  401      405    405       405    401     401
api-session-end          POST 401      ok     hidden    ok     401     401
api-session-minutes      GET  401      ok     hidden    ok     401     401
api-session-minutes      POST 401      405    405       405    401     401
api-session-snapshot     GET  401      ok     hidden    ok     401     401
api-session-snapshot     POST 401      405    405       405    401     401
api-session-export       GET  401      ok     hidden    ok     401     401
api-session-export       POST 401      405    405       405    401     401
api-nothing              GET  hidden   hidden hidden    hidden hidden  hidden
api-nothing              POST hidden   hidden hidden    hidden hidden  hidden
session-timeline         GET  401      ok     hidden    ok     401     401
session-timeline         POST 401      405    405       405    401     401
metrics                  GET  no       no     no        no     no      no
metrics                  POST 405      405    405       405    405     405
join-enter               GET  ok       ok     ok        ok     ok      ok
join-enter               POST 405      405    405       405    405     405
join                     GET  ok       ok     ok        ok     on      ok
join                     POST on       ok     ok        ok     on      on
join-sign-in             GET  no       no     no        no     no      no
join-sign-in             POST 405      405    405       405    405     405
join-class               GET  on       ok     ok        ok     ok      on
join-class               POST 405      405    405       405    405     405
join-choices             GET  405      405    405       405    405     405
join-choices             POST no       no     no        no     on      no
join-pulse               GET  405      405    405       405    405     405
join-pulse               POST no       no     no        no     400     no
policy                   GET  login    no     no        ok     login   login
policy                   POST login    no     no        ok     login   login
policy-records           GET  login    no     no        ok     login   login
policy-records           POST login    no     no        405    login   login
policy-assessment        GET  login    no     no        ok     login   login
policy-assessment        POST login    no     no        405    login   login
audit                    GET  login    no     no        ok     login   login
audit                    POST login    no     no        405    login   login
join-my-data             GET  no       no     no        no     ok      no
join-my-data             POST 405      405    405       405    405     405
join-my-data-export      GET  no       no     no        no     ok      no
join-my-data-export      POST 405      405    405       405    405     405
join-my-data-receipt     GET  no       no     no        no     ok      no
join-my-data-receipt     POST 405      405    405       405    405     405
join-leave               GET  405      405    405       405    405     405
join-leave               POST ok       ok     ok        ok     ok      ok
"""

ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
EXPECTED = {
    role: {(name, method): cells[column] for name, method, *cells in ROWS}
    for column, role in enumerate(ROLES)
}
WORDS = {200: "ok", 204: "ok", 302: "on", 403: "no", 404: "hidden"}


def named_urls(resolver, space=""):
    """Namespace, name, parameters and methods of every URL."""
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from named_urls(pattern, pattern.namespace or space)
        else:
            parameters = set(pattern.pattern.regex.groupindex)
            answered = {m.upper() for m in getattr(pattern.callback, "actions", {})}
            methods = {"GET", "POST"} | answered - {"HEAD"}
            yield space, pattern.name, parameters, methods


def test_every_url_has_a_row_for_each_method():
    ours = [url for url in named_urls(get_resolver()) if url[0] != "admin"]

    assert sorted((name, method) for name, method, *_ in ROWS) == sorted(
        (name, method) for _, name, _, methods in ours for method in methods
    )


def met(response):
    if response.status_code == 302 and response.url.startswith(reverse("login")):
        return "login"
    return WORDS.get(response.status_code, str(response.status_code))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_meets_what_the_table_says(role, browsers, arguments):
    met_there = {}
    for name, method in EXPECTED[role]:
        with undone(browsers[role]) as browser:
            answer = getattr(browser, method.lower())(
                reverse(name, args=arguments(name))
            )
            met_there[name, method] = met(answer)

    assert met_there == EXPECTED[role]


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


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda m: m.__name__)
def test_djangos_admin_answers_no_lookup_from_the_address(model, boss, browser_of):
    options = model._meta
    path = reverse(f"admin:{options.app_label}_{options.model_name}_changelist")
    queries = list(addresses_that_ask(admin.site._registry[model]))
    browser = browser_of(boss)

    assert len(queries) > 20
    answered = [q for q in queries if browser.get(f"{path}?{q}").status_code != 400]
    assert answered == []


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
