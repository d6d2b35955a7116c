"""Every URL, by every role and method; a URL without a row fails."""

import pytest
from django.urls import get_resolver, reverse

pytestmark = pytest.mark.django_db

ROLES = ["stranger", "owner", "colleague", "boss", "student"]

# What each role meets at a live session of the owner's that the student takes part in:
# ok, login (sent there), on (sent elsewhere), no (403), hidden (404), or a status.
TABLE = """
                              stranger owner  colleague boss   student
home                     GET  ok       on     on        on     ok
home                     POST 405      405    405       405    405
healthz                  GET  ok       ok     ok        ok     ok
healthz                  POST 405      405    405       405    405
readyz                   GET  ok       ok     ok        ok     ok
readyz                   POST 405      405    405       405    405
privacy                  GET  ok       ok     ok        ok     ok
privacy                  POST 405      405    405       405    405
try-it                   GET  hidden   hidden hidden    hidden hidden
try-it                   POST 405      405    405       405    405
login                    GET  ok       on     on        on     ok
login                    POST ok       on     on        on     ok
logout                   GET  405      405    405       405    405
logout                   POST on       on     on        on     on
password_reset           GET  ok       ok     ok        ok     ok
password_reset           POST ok       ok     ok        ok     ok
password_reset_done      GET  ok       ok     ok        ok     ok
password_reset_done      POST 405      405    405       405    405
password_reset_confirm   GET  on       on     on        on     on
password_reset_confirm   POST on       on     on        on     on
password_reset_complete  GET  ok       ok     ok        ok     ok
password_reset_complete  POST 405      405    405       405    405
password_change          GET  login    ok     ok        ok     login
password_change          POST login    ok     ok        ok     login
password_change_done     GET  login    ok     ok        ok     login
password_change_done     POST login    405    405       405    login
people                   GET  login    no     no        ok     login
people                   POST login    no     no        ok     login
invitation-revoke        GET  login    no     no        405    login
invitation-revoke        POST login    no     no        on     login
invitation-accept        GET  ok       ok     ok        ok     ok
invitation-accept        POST ok       ok     ok        ok     ok
course-list              GET  login    ok     ok        ok     login
course-list              POST login    405    405       405    login
course-new               GET  login    ok     ok        ok     login
course-new               POST login    ok     ok        ok     login
course-edit              GET  login    ok     hidden    ok     login
course-edit              POST login    ok     hidden    ok     login
course-delete            GET  login    ok     hidden    ok     login
course-delete            POST login    on     hidden    on     login
session-list             GET  login    ok     ok        ok     login
session-list             POST login    405    405       405    login
totals                   GET  login    no     no        ok     login
totals                   POST login    no     no        405    login
session-new              GET  login    ok     ok        ok     login
session-new              POST login    ok     ok        ok     login
session-detail           GET  login    ok     hidden    ok     login
session-detail           POST login    405    405       405    login
session-edit             GET  login    ok     hidden    ok     login
session-edit             POST login    ok     hidden    ok     login
session-delete           GET  login    ok     hidden    ok     login
session-delete           POST login    on     hidden    on     login
session-qr               GET  login    ok     hidden    ok     login
session-qr               POST login    405    405       405    login
session-compact          GET  login    ok     hidden    ok     login
session-compact          POST login    405    405       405    login
session-start            GET  login    405    405       405    login
session-start            POST login    on     hidden    on     login
session-pause            GET  login    405    405       405    login
session-pause            POST login    on     hidden    on     login
session-resume           GET  login    405    405       405    login
session-resume           POST login    on     hidden    on     login
session-end              GET  login    405    405       405    login
session-end              POST login    on     hidden    on     login
api-tokens               GET  login    ok     ok        ok     login
api-tokens               POST login    ok     ok        ok     login
api-token-revoke         GET  login    405    405       405    login
api-token-revoke         POST login    on     on        on     login
session-csv              GET  login    ok     hidden    ok     login
session-csv              POST login    405    405       405    login
session-json             GET  login    ok     hidden    ok     login
session-json             POST login    405    405       405    login
api-schema               GET  ok       ok     ok        ok     ok
api-schema               POST 405      405    405       405    405
api-docs                 GET  ok       ok     ok        ok     ok
api-docs                 POST 405      405    405       405    405
api-course-list          GET  401      ok     ok        ok     401
api-course-list          POST 401      415    415       415    401
api-course-detail        GET  401      ok     hidden    ok     401
api-course-detail        POST 401      405    405       405    401
api-session-list         GET  401      ok     ok        ok     401
api-session-list         POST 401      415    415       415    401
api-session-detail       GET  401      ok     hidden    ok     401
api-session-detail       POST 401      405    405       405    401
api-session-start        GET  401      405    405       405    401
api-session-start        POST 401      ok     hidden    ok     401
api-session-pause        GET  401      405    405       405    401
api-session-pause        POST 401      ok     hidden    ok     401
api-session-resume       GET  401      405    405       405    401
api-session-resume       POST 401      ok     hidden    ok     401
api-session-end          GET  401      405    405       405    401
api-session-end          POST 401      ok     hidden    ok     401
api-session-minutes      GET  401      ok     hidden    ok     401
api-session-minutes      POST 401      405    405       405    401
api-session-snapshot     GET  401      ok     hidden    ok     401
api-session-snapshot     POST 401      405    405       405    401
api-session-export       GET  401      ok     hidden    ok     401
api-session-export       POST 401      405    405       405    401
api-nothing              GET  hidden   hidden hidden    hidden hidden
api-nothing              POST hidden   hidden hidden    hidden hidden
session-timeline         GET  401      ok     hidden    ok     401
session-timeline         POST 401      405    405       405    401
metrics                  GET  no       no     no        ok     no
metrics                  POST 405      405    405       405    405
join-enter               GET  ok       ok     ok        ok     ok
join-enter               POST 405      405    405       405    405
join                     GET  ok       ok     ok        ok     on
join                     POST on       ok     ok        ok     on
join-class               GET  on       ok     ok        ok     ok
join-class               POST 405      405    405       405    405
join-choices             GET  405      405    405       405    405
join-choices             POST no       no     no        no     on
join-pulse               GET  405      405    405       405    405
join-pulse               POST no       no     no        no     400
policy                   GET  login    no     no        ok     login
policy                   POST login    no     no        ok     login
policy-records           GET  login    no     no        ok     login
policy-records           POST login    no     no        405    login
policy-assessment        GET  login    no     no        ok     login
policy-assessment        POST login    no     no        405    login
audit                    GET  login    no     no        ok     login
audit                    POST login    no     no        405    login
join-my-data             GET  no       no     no        no     ok
join-my-data             POST 405      405    405       405    405
join-my-data-export      GET  no       no     no        no     ok
join-my-data-export      POST 405      405    405       405    405
join-my-data-receipt     GET  no       no     no        no     ok
join-my-data-receipt     POST 405      405    405       405    405
join-leave               GET  405      405    405       405    405
join-leave               POST ok       ok     ok        ok     ok
"""

ROWS = [line.split() for line in TABLE.strip().splitlines()[1:]]
CELLS = [
    (name, method, role, expected)
    for name, method, *row in ROWS
    for role, expected in zip(ROLES, row, strict=True)
]
WORDS = {200: "ok", 204: "ok", 302: "on", 403: "no", 404: "hidden"}


def named_urls(resolver, namespace=""):
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from named_urls(pattern, pattern.namespace or namespace)
        else:
            yield namespace, pattern.name


def test_every_url_has_a_row_for_each_method():
    ours = [name for space, name in named_urls(get_resolver()) if space != "admin"]

    assert sorted((name, method) for name, method, *_ in ROWS) == sorted(
        (name, method) for name in ours for method in ("GET", "POST")
    )


def met(response):
    if response.status_code == 302 and response.url.startswith(reverse("login")):
        return "login"
    return WORDS.get(response.status_code, str(response.status_code))


@pytest.mark.parametrize(("name", "method", "role", "expected"), CELLS)
def test_a_role_meets_what_the_table_says(
    name, method, role, expected, browsers, arguments
):
    url = reverse(name, args=arguments(name))

    response = getattr(browsers[role], method.lower())(url)

    assert met(response) == expected


@pytest.mark.parametrize("role", ["stranger", "owner", "student"])
def test_djangos_admin_opens_to_admins_alone(role, browsers):
    names = {name for space, name in named_urls(get_resolver()) if space == "admin"}
    pages = {f"admin:{name}" for name in names if name and name.endswith("_changelist")}
    assert "admin:sessions_app_classsession_changelist" in pages

    for page in {"admin:index"} | pages:
        assert browsers[role].get(reverse(page)).status_code == 302
