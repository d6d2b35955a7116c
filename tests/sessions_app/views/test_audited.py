"""Which page leaves an entry in the audit; asked of every URL there is."""

import datetime as dt

import pytest
from django.urls import reverse

from sessions_app.models import ApiToken, AuditEntry
from sessions_app.services import tokens
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory
from tests.sessions_app.views.conftest import undone
from tests.sessions_app.views.test_access import ROWS

pytestmark = pytest.mark.django_db

# All other URLs leave nothing: they show no number of a class and decide nothing.
WRITTEN = {
    ("session-detail", "GET"): "viewed",
    ("session-compact", "GET"): "viewed",
    ("session-timeline", "GET"): "viewed",
    ("totals", "GET"): "viewed",
    ("api-session-minutes", "GET"): "viewed",
    ("api-session-snapshot", "GET"): "viewed",
    ("session-csv", "GET"): "exported",
    ("session-json", "GET"): "exported",
    ("api-session-export", "GET"): "exported",
    ("policy", "POST"): "policy",
    ("people", "POST"): "made",
    ("invitation-revoke", "POST"): "revoked",
    ("api-tokens", "POST"): "made",
    ("api-token-revoke", "POST"): "revoked",
    ("course-delete", "POST"): "deleted",
    ("session-delete", "POST"): "deleted",
    ("api-course-detail", "DELETE"): "deleted",
}
ASKED = [(name, method) for name, method, *_ in ROWS]
BODIES = {
    "policy": {
        "jurisdiction": "other",
        "min_group": "12",
        "sessions_kept_days": "90",
        "audit_kept_days": "400",
    },
    "people": {"email": "dora@school.example", "role": "teacher"},
    "api-tokens": {"name": "Report", "scope": "read", "days": "30"},
}


@pytest.fixture
def token(boss):
    tokens.issue(user=boss, name="Report", scope="read", lasts=dt.timedelta(1))
    AuditEntry.objects.all().delete()
    return ApiToken.objects.get().token_key


@pytest.fixture
def address(arguments, token):
    """Each URL about something that can be seen, changed and deleted."""

    def of(name):
        own = {
            "api-token-revoke": [token],
            "session-delete": [ClassSessionFactory(ended=True).pk],
            "api-course-detail": [CourseFactory().pk],
        }
        return reverse(name, args=own.get(name) or arguments(name))

    return of


def test_an_admins_requests_leave_the_entries_that_they_should(address, browsers, boss):
    written = {}
    for name, method in ASKED:
        with undone(browsers["boss"]) as browser:
            getattr(browser, method.lower())(address(name), BODIES.get(name, {}))
            entries = AuditEntry.objects.values_list("actor", "action")
            if list(entries):
                written[name, method] = list(entries)

    assert written == {url: [(boss.email, action)] for url, action in WRITTEN.items()}


def test_no_url_of_the_table_above_is_made_up():
    assert set(WRITTEN) <= set(ASKED)


def test_making_and_revoking_a_token_say_which_but_never_the_token_itself(
    teacher, browser_of
):
    browser = browser_of(teacher)

    made = browser.post(reverse("api-tokens"), BODIES["api-tokens"]).context["made"]
    key = ApiToken.objects.get().token_key
    browser.post(reverse("api-token-revoke", args=[key]))

    rows = AuditEntry.objects.order_by("pk").values("actor", "object_id", "detail")
    assert list(rows) == [
        {"actor": teacher.email, "object_id": key, "detail": detail}
        for detail in (
            "API token “Report”, read, for 30 days",
            "API token “Report”",
        )
    ]
    assert made not in str(list(rows))


def test_a_foreign_token_that_stays_is_not_written_down_as_revoked(
    colleague, browser_of, token
):
    browser_of(colleague).post(reverse("api-token-revoke", args=[token]))

    assert not AuditEntry.objects.exists()
