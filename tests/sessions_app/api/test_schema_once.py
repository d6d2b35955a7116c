"""The schema, which everybody may read, costs next to nothing however many ask at once."""

import subprocess
import sys
from http import HTTPStatus

from django.urls import reverse
from django.utils import translation

from sessions_app.api.schema import OnceGenerator

# A process of its own: the library makes itself ready at the first request of a process.
_FIRST_REQUESTS = """
import os, sys
from concurrent.futures import ThreadPoolExecutor
os.environ["DJANGO_SETTINGS_MODULE"] = "fer_platform.settings.test"
import django
django.setup()
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from sessions_app.api.schema import schema
sys.setswitchinterval(1e-5)
def ask(_):
    request = RequestFactory().get("/api/v1/schema/")
    request.user = AnonymousUser()
    return schema(request).status_code
with ThreadPoolExecutor(8) as threads:
    print(set(threads.map(ask, range(8))))
"""


def test_the_first_requests_of_a_server_may_come_at_once():
    done = subprocess.run(
        [sys.executable, "-c", _FIRST_REQUESTS],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.stdout.strip() == "{200}", done.stderr


def test_it_is_worked_out_once_for_each_language_and_for_no_other_word(
    client, monkeypatch
):
    monkeypatch.setattr(OnceGenerator, "_made", {})
    worked = []
    whole = OnceGenerator.parse
    monkeypatch.setattr(
        OnceGenerator,
        "parse",
        lambda *a: worked.append(translation.get_language()) or whole(*a),
    )

    for language in ("en", "de", "de", "en"):
        for asked in ("", "?lang=q1", "?lang=fr"):
            answer = client.get(
                reverse("api-schema") + asked, headers={"Accept-Language": language}
            )
            assert answer.status_code == HTTPStatus.OK

    assert len(worked) == 2
