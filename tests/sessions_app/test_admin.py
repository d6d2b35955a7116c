from functools import partial

import pytest
from django.contrib import admin
from django.urls import reverse

from sessions_app.models import AuditEntry, ClassSession, Consent, Participant, Policy
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db

SHOWN = ["user", "course", "classsession", "classminute", "policy", "auditentry"]


def test_consents_and_participants_have_no_page():
    assert not {Consent, Participant} & set(admin.site._registry)


@pytest.mark.parametrize("name", SHOWN)
def test_an_invited_admin_sees_each_list(name, boss, browser_of):
    CourseFactory()
    ClassMinuteFactory()

    response = browser_of(boss).get(reverse(f"admin:sessions_app_{name}_changelist"))

    assert response.status_code == 200


def test_sums_and_cell_keys_are_on_no_page(boss, browser_of):
    minute = ClassMinuteFactory(status="released", sums=[987654321])
    ParticipantFactory(session=minute.session, cell_key=123456789)
    browser = browser_of(boss)

    for path in (
        reverse("admin:sessions_app_classminute_changelist"),
        reverse("admin:sessions_app_classminute_change", args=[minute.pk]),
        reverse("admin:sessions_app_classsession_change", args=[minute.session_id]),
    ):
        page = browser.get(path).content.decode()
        assert "987654321" not in page
        assert "123456789" not in page


@pytest.mark.parametrize(
    "name", ["course", "classsession", "classminute", "policy", "auditentry"]
)
def test_what_was_recorded_is_not_changed_here(name, boss, browser_of):
    row = {
        "course": CourseFactory,
        "classsession": ClassSessionFactory,
        "classminute": ClassMinuteFactory,
        "policy": partial(Policy.objects.create, min_group=10),
        "auditentry": partial(AuditEntry.objects.create, action="viewed"),
    }[name]()
    browser = browser_of(boss)

    def status(page, *args):
        return browser.post(
            reverse(f"admin:sessions_app_{name}_{page}", args=args), {"title": "x"}
        ).status_code

    assert status("change", row.pk) == 403
    assert status("delete", row.pk) == 403
    assert status("add") == 403


def test_an_admin_closes_an_account(boss, teacher, browser_of):
    path = reverse("admin:sessions_app_user_change", args=[teacher.pk])

    browser_of(boss).post(path, {"name": "Alice", "role": "teacher"})

    teacher.refresh_from_db()
    assert not teacher.is_active
    assert ClassSession.objects.count() == 0


def test_the_admin_site_sends_strangers_to_the_one_login(client):
    response = client.get(reverse("admin:login"))

    assert response.url.startswith(reverse("login"))


def test_looking_at_minutes_here_is_in_the_audit(boss, teacher, browser_of):
    minute = ClassMinuteFactory()
    pages = [
        reverse("admin:sessions_app_classminute_changelist"),
        reverse("admin:sessions_app_classminute_change", args=[minute.pk]),
    ]

    for browser in (browser_of(boss), browser_of(teacher)):
        for page in pages:
            browser.get(page)

    assert list(AuditEntry.objects.order_by("pk").values_list("actor", "detail")) == [
        (boss.email, "Minutes of all classes, on the admin site"),
        (boss.email, f"Minute {minute.pk} on the admin site"),
    ]
