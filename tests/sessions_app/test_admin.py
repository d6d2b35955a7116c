import re
from functools import partial

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from sessions_app.enums import Inference, Purpose
from sessions_app.models import (
    AuditEntry,
    ClassMinute,
    ClassSession,
    Consent,
    Course,
    Participant,
    Policy,
    User,
)
from sessions_app.services import consent
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    ParticipantFactory,
)

pytestmark = pytest.mark.django_db

SHOWN = ["user", "course", "classsession", "classminute", "policy", "auditentry"]


def test_exactly_these_of_our_tables_have_a_page():
    ours = {
        model
        for model in admin.site._registry
        if model._meta.app_label == "sessions_app"
    }

    assert ours == {AuditEntry, ClassMinute, ClassSession, Course, Policy, User}
    assert not {Consent, Participant} & set(admin.site._registry)


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda m: m.__name__)
def test_no_page_edits_other_rows_inline(model):
    """An inline would show, and store, rows that have no page of their own."""
    assert not admin.site._registry[model].inlines


@pytest.mark.parametrize("name", SHOWN)
def test_an_invited_admin_sees_each_list(name, boss, browser_of):
    CourseFactory()
    ClassMinuteFactory()

    response = browser_of(boss).get(reverse(f"admin:sessions_app_{name}_changelist"))

    assert response.status_code == 200


def test_there_is_no_search_beside_the_lists(boss, browser_of):
    """It would be written down nowhere."""
    CourseFactory()
    source = {"app_label": "sessions_app", "model_name": "course"}

    answer = browser_of(boss).get(
        reverse("admin:autocomplete"), source | {"field_name": "teacher", "term": "a"}
    )

    assert answer.status_code == 404


def test_cell_keys_are_on_no_page(boss, browser_of):
    minute = ClassMinuteFactory(released=True)
    ParticipantFactory(session=minute.session, cell_key=918273645546372819)
    browser = browser_of(boss)

    for path in (
        reverse("admin:sessions_app_classminute_changelist"),
        reverse("admin:sessions_app_classminute_change", args=[minute.pk]),
        reverse("admin:sessions_app_classsession_change", args=[minute.session_id]),
    ):
        page = browser.get(path).content.decode()
        assert "918273645546372819" not in page


@pytest.mark.parametrize("inference", Inference)
def test_no_page_tells_that_a_student_has_joined(inference, boss, browser_of, settings):
    settings.FER_INFERENCE = inference  # by the environment alone: no admin decided
    session = ClassSessionFactory(live=True)
    browser = browser_of(boss)

    def pages():
        paths = [
            reverse("admin:sessions_app_classsession_changelist"),
            reverse("admin:sessions_app_classsession_change", args=[session.pk]),
        ]
        texts = [browser.get(path).content.decode() for path in paths]
        return [re.sub(r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", t) for t in texts]

    before = pages()
    consent.join(session=session, decisions=dict.fromkeys(Purpose, True))

    assert pages() == before


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


def test_what_an_admin_changed_of_an_account_is_in_the_audit(boss, teacher, browser_of):
    path = reverse("admin:sessions_app_user_change", args=[teacher.pk])

    browser_of(boss).post(path, {"name": "Alice", "role": "admin", "is_active": "on"})

    [entry] = AuditEntry.objects.values("actor", "action", "detail")
    assert entry == {
        "actor": boss.email,
        "action": "changed",
        "detail": f"account {teacher.email}; role: teacher → admin",
    }


@pytest.mark.parametrize(
    "change",
    [{"role": "teacher", "is_active": "on"}, {"role": "admin"}],
    ids=["demote", "deactivate"],
)
def test_the_last_admin_reads_why_the_account_stays(change, boss, browser_of):
    path = reverse("admin:sessions_app_user_change", args=[boss.pk])

    page = browser_of(boss).post(path, {"name": "Charlie", **change})

    boss.refresh_from_db()
    assert boss.is_staff
    assert "This is the only admin." in page.content.decode()
    assert not AuditEntry.objects.exclude(action="viewed").exists()


def test_no_account_is_deleted_here(boss, teacher, browser_of):
    browser = browser_of(boss)

    for user in (boss, teacher):
        path = reverse("admin:sessions_app_user_delete", args=[user.pk])
        assert browser.post(path, {"post": "yes"}).status_code == 403
    browser.post(
        reverse("admin:sessions_app_user_changelist"),
        {"action": "delete_selected", "_selected_action": teacher.pk, "post": "yes"},
    )

    assert set(User.objects.all()) == {boss, teacher}


def test_the_admin_site_sends_strangers_to_the_one_login(client):
    response = client.get(reverse("admin:login"))

    assert response.url.startswith(reverse("login"))


def test_the_admin_site_tells_teachers_no_and_has_no_login_of_its_own(
    teacher, browser_of
):
    browser = browser_of(teacher)

    for page in ("admin:index", "admin:login"):
        response = browser.get(reverse(page), follow=True)
        assert (response.status_code, response.templates[0].name) == (403, "403.html")


def test_a_null_in_a_search_is_no_fault_and_not_written_down(boss, browser_of):
    answer = browser_of(boss).get(
        reverse("admin:sessions_app_course_changelist"), {"q": "Alg\x00ebra"}
    )

    assert answer.status_code < 500
    assert all("\x00" not in entry.detail for entry in AuditEntry.objects.all())


@pytest.mark.parametrize("name", SHOWN)
def test_looking_here_is_in_the_audit_with_what_was_asked_for(
    name, boss, teacher, browser_of
):
    model = apps.get_model("sessions_app", name)
    row = ClassMinuteFactory(session__course=CourseFactory(), session__teacher=teacher)
    Policy.objects.create(min_group=10)
    AuditEntry.objects.create(action="viewed", detail="an old one")
    pk = row.pk if name == "classminute" else model.objects.first().pk
    space = f"admin:sessions_app_{name}"
    asked = {"q": "Alg ebra"} if name != "policy" else {}

    for browser in (browser_of(boss), browser_of(teacher)):
        browser.get(reverse(f"{space}_changelist"), asked)
        browser.get(reverse(f"{space}_change", args=[pk]))
        browser.get(reverse(f"{space}_history", args=[pk]))

    wanted = f"{model._meta.verbose_name_plural} on the admin site"
    rows = AuditEntry.objects.exclude(detail="an old one").order_by("pk")
    assert list(rows.values_list("actor", "action", "detail")) == [
        (
            boss.email,
            "viewed",
            f"List of {wanted}" + (", q=Alg ebra" if asked else ""),
        ),
        (
            boss.email,
            "viewed",
            f"{model._meta.verbose_name} {pk} on the admin site".capitalize(),
        ),
    ]


def test_a_password_is_not_changed_here(boss, browser_of):
    page = browser_of(boss).post(reverse("admin:password_change"))

    assert page.url == reverse("password_change")
