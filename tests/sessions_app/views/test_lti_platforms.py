"""Learning platforms: registered by hand, or by themselves with a link that works once."""

import re
import threading
import time

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from sessions_app.models import AuditEntry, Course, LtiLink, LtiPlatform, User
from sessions_app.models.lti import LINK_LASTS
from sessions_app.services import lti_platforms, people
from sessions_app.services.deliveries import CannotLeave
from tests.lti_platform import TOOL, LearningPlatform
from tests.sessions_app.factories import UserFactory
from tests.sessions_app.views.test_lti import come, launch, words

pytestmark = [pytest.mark.real, pytest.mark.django_db]


@pytest.fixture(autouse=True)
def _inside_is_named(settings):
    settings.FER_WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.fixture
def school():
    with LearningPlatform("moodle") as school:
        yield school


@pytest.fixture
def admin(boss, browser_of):
    return browser_of(boss)


def typed(school, **more):
    fields = school.registration(makes_accounts="on", **more)
    lines = {name: "\n".join(fields[name]) for name in ("deployments", "pages")}
    return fields | lines


def link_of(admin):
    page = admin.post(reverse("lti-link")).content.decode()
    return re.search(r"http://testserver(/lti/register/[^<]+)<", page)[1]


def asked(school):
    return {
        "openid_configuration": f"{school.url}/openid-configuration",
        "registration_token": "a token of the platform",
    }


def details():
    found = AuditEntry.objects.exclude(action="viewed").order_by("pk")
    return [(entry.action, entry.actor, entry.detail) for entry in found]


def test_an_admin_registers_changes_and_deletes_a_platform(school, admin, boss):
    page = admin.post(reverse("lti-platforms"), typed(school))
    found = LtiPlatform.objects.get()
    assert page.url == reverse("lti-platform", args=[found.pk])
    assert (found.deployments, found.pages) == (["4"], [school.url])
    come(school, "teacher", Client())

    changed = typed(school, deployments=["5", "6"], name="Moodle")
    admin.post(page.url, changed)
    assert "not set up for this part" in words(launch(school, "teacher"))
    admin.post(reverse("lti-platform-delete", args=[found.pk]))

    assert launch_is_gone(school)
    assert (User.objects.count(), Course.objects.count()) == (2, 1)
    by_boss = [
        (action, detail) for action, actor, detail in details() if actor == boss.email
    ]
    assert by_boss == [
        ("made", "learning platform “The school's platform”"),
        ("changed", "learning platform “Moodle”; name; deployments"),
        ("deleted", "learning platform “Moodle”"),
    ]


def launch_is_gone(school):
    return Client().get(school.start("teacher")).status_code == 404


def test_a_platform_that_is_registered_anew_opens_no_account_of_before(school, admin):
    admin.post(reverse("lti-platforms"), typed(school))
    come(school, "teacher", Client())
    admin.post(reverse("lti-platform-delete", args=[LtiPlatform.objects.get().pk]))

    admin.post(reverse("lti-platforms"), typed(school))

    assert come(school, "teacher", Client()).url == reverse("lti-connect")


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("auth_url", "http://lms.example/auth", "must begin with https://"),
        ("jwks_url", "ftp://lms.example/keys", "This is no web address."),
        ("pages", "https://lms.example;script-src", "no web address"),
        ("pages", "https://lms.example frame-ancestors", "spaces encoded"),
        ("pages", "", "This field is required."),
        ("issuer", "a\u202eb", "Some characters here are invisible"),
        ("deployments", "\n".join(map(str, range(30))), "lines at most"),
    ],
)
def test_what_cannot_be_registered_is_told(school, admin, field, value, why):
    page = admin.post(reverse("lti-platforms"), typed(school) | {field: value})

    assert why in words(page)
    assert not LtiPlatform.objects.exists()


def test_the_same_registration_is_made_once(school, admin):
    first, again = (
        admin.post(reverse("lti-platforms"), typed(school)) for _ in range(2)
    )

    assert first.status_code == 302
    assert "registered already" in words(again)


def test_a_platform_registers_itself_with_a_link_once(school, admin, boss):
    address = link_of(admin)
    frame = Client(enforce_csrf_checks=True)

    page = frame.get(address, asked(school))
    assert f"frame-ancestors {school.url}" in page["Content-Security-Policy"]
    assert "X-Frame-Options" not in page
    assert "127.0.0.1 will be able to open lessons here" in words(page)
    assert not LtiPlatform.objects.exists()
    done = frame.post(address, asked(school))

    assert "know each other now" in words(done)
    assert "data-close-frame" in done.content.decode()
    found = LtiPlatform.objects.get()
    assert (found.client_id, found.deployments) == (school.client_id, ["4"])
    assert (found.created_by, found.pages) == (boss, [school.url])
    assert found.takes_names is False
    assert details()[-1] == (
        "made",
        boss.email,
        "learning platform “127.0.0.1”; by a link",
    )
    assert frame.post(address, asked(school)).status_code == 410
    assert come(school, "teacher", Client()).url.startswith("/courses/")


def test_no_grade_and_no_list_of_people_is_asked_for(school, admin):
    Client().post(link_of(admin), asked(school))

    [(authorization, sent)] = school.registered
    assert authorization == "Bearer a token of the platform"
    assert sent["scope"] == ""
    assert "ags" not in str(sent)
    assert "nrps" not in str(sent)
    assert sent["redirect_uris"] == ["http://testserver/lti/launch/"]
    assert {each["type"] for each in sent[TOOL]["messages"]} == {
        "LtiResourceLinkRequest",
        "LtiDeepLinkingRequest",
    }
    assert set(school.asked) == {"/openid-configuration", "/register"}


def test_a_platform_without_a_deployment_opens_nothing_yet(school, admin):
    school.tool_configuration = {}  # as Canvas: an admin there installs it later
    done = Client().post(link_of(admin), asked(school))
    assert "types the deployment ID" in words(done)

    refused = launch(school, "teacher")

    assert refused.status_code == 403
    [why] = [detail for action, _, detail in details() if action == "refused"]
    assert why.endswith("deployment “4”")


def test_a_platform_that_is_away_may_try_again(school, admin):
    address = link_of(admin)
    school.is_away = True

    away = Client().post(address, asked(school))

    assert "It answered with status 503." in words(away)
    assert "Try again" in words(away)
    school.is_away = False
    assert "know each other now" in words(Client().post(address, asked(school)))


def test_nobody_registers_in_the_name_of_another(school, admin):
    school.issuer = "https://canvas.instructure.com"

    page = Client().post(link_of(admin), asked(school))

    assert "calls itself by the name of another platform" in words(page)
    assert not LtiPlatform.objects.exists()


def test_no_address_inside_is_asked_by_a_link(school, admin, settings):
    settings.FER_WEBHOOK_PRIVATE_HOSTS = []
    inside = {"openid_configuration": "https://127.0.0.1/openid-configuration"}

    page = Client().post(link_of(admin), inside)

    assert "leads to an address inside" in words(page)


def test_a_link_is_over_when_it_is_replaced_old_or_its_maker_no_admin(
    school, admin, boss
):
    first = link_of(admin)
    second = link_of(admin)
    assert Client().get(first).status_code == 410
    assert "This link is for a learning platform" in words(Client().get(second))
    LtiLink.objects.update(created_at=LtiLink.objects.get().created_at - LINK_LASTS)
    assert Client().get(second).status_code == 410

    third = link_of(admin)
    UserFactory(admin=True)
    for role in ("teacher", "admin"):  # it comes back with nothing
        boss.role = role
        boss.save()
        assert Client().get(third).status_code == 410


def at_once(press):
    """Do it twice at the same moment; what came of it."""
    gate, found = threading.Barrier(2), []

    def do():
        gate.wait(timeout=20)
        found.append(press())
        connection.close()

    threads = [threading.Thread(target=do) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_register_one_platform_at_once_one_reads_that_it_is_there(
    school, browser_of
):
    admins = [browser_of(UserFactory(admin=True)) for _ in range(2)]

    pages = at_once(lambda: admins.pop().post(reverse("lti-platforms"), typed(school)))

    assert sorted(page.status_code for page in pages) == [200, 302]
    assert LtiPlatform.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_link_that_is_used_at_this_moment_registers_nothing_more(school, admin):
    """PostgreSQL asks again what a row says that it waited for, and of others nothing."""
    address, waits, pages = link_of(admin), threading.Event(), []

    def note(execute, sql, *more):
        if sql.startswith("UPDATE") and LtiLink._meta.db_table in sql:
            waits.set()
        return execute(sql, *more)

    def press():
        with connection.execute_wrapper(note):
            pages.append(Client().post(address, asked(school)))
        connection.close()

    second = threading.Thread(target=press)
    with transaction.atomic():
        LtiLink.objects.update(used_at=timezone.now())
        second.start()
        assert waits.wait(timeout=20)
        time.sleep(0.5)  # by now it waits for this row
    second.join()

    assert [page.status_code for page in pages] == [410]
    assert not LtiPlatform.objects.exists()


def test_admins_read_since_when_a_platform_is_connected_and_when_it_was_used(
    school, admin, boss
):
    with time_machine.travel("2026-03-02T08:00:00Z", tick=True):
        admin.post(reverse("lti-platforms"), typed(school))
    found = LtiPlatform.objects.get()
    for page in (reverse("lti-platforms"), reverse("lti-platform", args=[found.pk])):
        text = words(admin.get(page))
        assert "connected 2 Mar 2026, 08:00 by" in text
        assert "has opened nothing yet" in text

    with time_machine.travel("2026-03-03T09:30:00Z", tick=True):
        come(school, "teacher", Client())
    first = LtiPlatform.objects.get().launched_at
    with time_machine.travel("2026-03-03T09:30:30Z", tick=True):
        come(school, "teacher", Client())
    assert LtiPlatform.objects.get().launched_at == first  # a class writes it once
    with time_machine.travel("2026-03-03T09:45:00Z", tick=True):
        come(school, "teacher", Client())

    assert "last opened something 3 Mar 2026, 09:45" in words(
        admin.get(reverse("lti-platforms"))
    )


def demoted(admin, boss):
    people.change(user=boss, by=boss, role="teacher")


def closed(admin, boss):
    people.change(user=boss, by=boss, is_active=False)


def another_link(admin, boss):
    link_of(admin)


@pytest.mark.parametrize("change", [demoted, closed, another_link])
@pytest.mark.parametrize("is_away", [False, True])
def test_a_link_that_ends_while_a_platform_answers_registers_nothing_and_stays_ended(
    is_away, change, school, admin, boss, monkeypatch
):
    """The platform chooses how long its answers take."""
    UserFactory(admin=True)
    link, read_json = link_of(admin), lti_platforms.outward.read_json

    def slowly(url, *arguments, **more):
        told = read_json(url, *arguments, **more)
        if "sent" in more:
            monkeypatch.setattr(lti_platforms.outward, "read_json", read_json)
            change(admin, boss)
            if is_away:
                raise CannotLeave("It is away.")
        return told

    monkeypatch.setattr(lti_platforms.outward, "read_json", slowly)

    page = Client().post(link, asked(school))

    assert page.status_code == (200 if is_away else 410)
    people.change(user=boss, by=boss, role="admin", is_active=True)
    assert Client().post(link, asked(school)).status_code == 410
    assert not LtiPlatform.objects.exists()
