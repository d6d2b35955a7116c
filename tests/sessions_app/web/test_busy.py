"""A database that is busy, and one that was never migrated, are told apart."""

import pytest
from django.db import connection

from sessions_app.models import ReplacedCode, SavedView

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("model", "page"),
    [(ReplacedCode, "/j/ABCD2345/"), (SavedView, "/api/v1/totals/views/")],
)
def test_a_table_that_is_not_there_is_a_fault_which_no_waiting_mends(
    model, page, teacher, browser_of
):
    browser = browser_of(teacher)
    browser.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{model._meta.db_table}" RENAME TO "gone"')

    answer = browser.get(page)

    assert answer.status_code == 500
    assert "Retry-After" not in answer
