import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

pytestmark = pytest.mark.django_db


def ask():
    call_command("check", databases=["default"])


def test_a_database_of_now_passes():
    ask()


def test_a_database_of_an_older_checkout_is_refused_with_what_to_do():
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'sessions_app' "
            "AND name IN ('0001_initial', '0020_sign_in_hash')"
        )

    with pytest.raises(SystemCheckError, match="of an older checkout") as refused:
        ask()

    assert "Check out commit" in str(refused.value)
