import re

import pytest
from django.conf import settings
from django.urls import reverse

from sessions_app.enums import Jurisdiction

pytestmark = pytest.mark.django_db
LINK = 'href="/try/"'


def test_the_demo_page_is_off_until_an_admin_switches_it_on(client, decide):
    assert client.get(reverse("try-it")).status_code == 404
    assert LINK not in client.get("/").content.decode()

    decide(min_group=10, demo_page_on=True)

    assert client.get(reverse("try-it")).status_code == 200
    assert LINK in client.get("/").content.decode()


@pytest.mark.parametrize(("expression", "status"), [(True, 200), (False, 404)])
def test_in_the_demo_it_is_open_until_an_admin_decides(
    expression, status, client, boss, browser_of, settings
):
    settings.FER_DEMO, settings.FER_EMOTION_INFERENCE = True, expression

    assert client.get(reverse("try-it")).status_code == status
    assert (LINK in client.get("/").content.decode()) == expression

    policy_page = browser_of(boss).get("/policy/").content.decode()
    tick = re.search(r'<input[^>]*name="demo_page_on"[^>]*>', policy_page)
    assert (tick is not None) == expression
    if tick:
        assert "checked" in tick[0]  # or who saves another rule would close it unseen


def test_in_the_demo_an_admin_s_no_closes_it(client, decide, settings):
    settings.FER_DEMO = True
    decide(min_group=10, demo_page_on=False)

    assert client.get(reverse("try-it")).status_code == 404


@pytest.mark.parametrize("off", ["operator", "admin", "law"])
def test_without_expression_there_is_no_demo_page(client, decide, settings, off):
    decide(min_group=10, demo_page_on=True, expression_on=off != "admin")
    if off == "operator":
        settings.FER_EMOTION_INFERENCE = False
    elif off == "law":
        decide(min_group=10, jurisdiction=Jurisdiction.EU, demo_page_on=True)

    assert client.get(reverse("try-it")).status_code == 404
    assert LINK not in client.get("/").content.decode()


def test_the_page_asks_with_the_text_of_a_class_and_names_its_version(client, decide):
    decide(min_group=10, demo_page_on=True)

    page = client.get(reverse("try-it"))

    text = page.content.decode()
    assert (
        "The estimate is often wrong, and a face does not tell what a person feels."
        in text
    )
    assert f"agreed={settings.FER_CONSENT_VERSION}" in text
    assert "session" not in page.cookies
    assert page["Cache-Control"].count("no-store")


def test_views_are_limited_per_address(client, decide, stopped, monkeypatch):
    monkeypatch.setattr("sessions_app.views.try_it.VIEWS", "2/m")
    decide(min_group=10, demo_page_on=True)

    statuses = [client.get(reverse("try-it")).status_code for _ in range(3)]
    other = client.get(reverse("try-it"), REMOTE_ADDR="198.51.100.8").status_code

    assert (statuses, other) == ([200, 200, 429], 200)


def test_visits_that_ask_whether_it_is_still_open_keep_nobody_out(
    client, decide, stopped
):
    decide(min_group=10, demo_page_on=True)
    looks = {client.head(reverse("try-it")).status_code for _ in range(80)}
    opened = client.get(reverse("try-it")).status_code
    decide(min_group=10, demo_page_on=False)

    assert (looks, opened) == ({200}, 200)
    assert client.head(reverse("try-it")).status_code == 404


def test_the_records_of_processing_name_the_visitors_while_there_are_any(
    boss, browser_of, decide
):
    def named():
        page = browser_of(boss).get(reverse("policy-records")).content.decode()
        return "Visitors of the public demo page" in page

    decide(min_group=10)
    assert not named()
    decide(min_group=10, demo_page_on=True)
    assert named()
