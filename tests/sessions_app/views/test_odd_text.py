"""Text that PostgreSQL refuses to look for, in every place an address has for text."""

import pytest
from django.test import Client

from tests.sessions_app.factories import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "address",
    [
        "/sessions/?q=a%00b",
        "/api/v1/courses/?q=a%00b",
        "/api/v1/sessions/?q=a%00b",
        "/api/v1/sessions/?term=a%00b",
        "/j/?code=AB%00DEFGH",
        "/j/AB%00DEFGH/",
        "/j/AB%00DEFGH/class/",
        "/sessions/totals/?term=a%00b",
        "/sessions/totals/?q=a%00b",
        "/sessions/totals/compare/?first-q=a%00b",
        "/audit/?q=a%00b",
        "/admin/sessions_app/user/?q=a%00b",
        "/api/tokens/a%00b/revoke/",
    ],
)
def test_a_zero_byte_finds_nothing(address, boss, browser_of):
    for browser in (browser_of(boss), Client()):
        assert browser.get(address).status_code < 500
        assert browser.post(address).status_code < 500


@pytest.mark.parametrize("field", ["username", "password"])
def test_nobody_logs_in_with_a_zero_byte(field):
    fields = {"username": "alice@school.example", "password": PASSWORD}

    answer = Client().post("/login/", fields | {field: "a\0b"})

    assert answer.status_code == 200
