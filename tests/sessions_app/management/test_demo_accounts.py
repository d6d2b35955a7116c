import io

import pytest
from django.core.management import CommandError, call_command

from sessions_app.models import User

pytestmark = pytest.mark.django_db


def run():
    printed = io.StringIO()
    call_command("demo_accounts", stdout=printed)
    return printed.getvalue()


def test_the_printed_accounts_log_in(settings, client):
    settings.FER_DEMO = True

    lines = [line.split() for line in run().splitlines()]

    assert [role for role, *_ in lines] == ["Teacher", "Admin"]
    for _, email, _, password in lines:
        assert client.login(username=email, password=password)


def test_a_second_run_sets_them_right_and_keeps_logins(settings):
    settings.FER_DEMO = True
    printed = run()
    before = dict(User.objects.values_list("email", "password"))
    User.objects.update(is_active=False)

    assert run() == printed

    assert dict(User.objects.values_list("email", "password")) == before
    assert User.objects.filter(is_active=True).count() == 2


def test_outside_the_demo_there_are_no_published_passwords(settings):
    settings.FER_DEMO = False

    with pytest.raises(CommandError, match="published password"):
        run()

    assert not User.objects.exists()
