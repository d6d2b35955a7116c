"""What leaves an entry in the audit; asked of every URL and unsafe method there is."""

import datetime as dt
import json

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode

from sessions_app.minutes.kept_figures import keep
from sessions_app.models import ApiToken, AuditEntry
from sessions_app.services import tokens
from tests.sessions_app.factories import (
    PASSWORD,
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    InvitationFactory,
    ReportFactory,
    UserFactory,
)
from tests.sessions_app.views.access_matrix import ROWS, named_urls
from tests.sessions_app.views.conftest import undone

pytestmark = pytest.mark.django_db

NEW = "a fresh long phrase"
NEW_PASSWORD = {"new_password1": NEW, "new_password2": NEW}
COLLEAGUE = {"email": "bob@school.example"}
WEBHOOK = {
    "kind": "program",
    "url": "https://hooks.example/in",
    "events": ["session.ended"],
}
LMS = {
    "name": "The school's",
    "issuer": "https://lms.example",
    "client_id": "7",
    "auth_url": "https://lms.example/auth",
    "jwks_url": "https://lms.example/keys",
    "deployments": "1",
    "pages": "https://lms.example",
}
CLASS = {"title": "Rings", "frame_interval_s": "2", "pulse_on": "on"}

# What an admin reads and decides, with what is sent; every other GET leaves nothing: it
# shows no number of a class, nothing of another one's, and nobody's log-ins.
WRITTEN = {
    ("people", "GET"): ("viewed", {}),
    ("course-list", "GET"): ("viewed", {}),
    ("course-detail", "GET"): ("viewed", {}),
    ("course-trend", "GET"): ("viewed", {}),
    ("course-qr", "GET"): ("viewed", {}),
    ("course-projector", "GET"): ("viewed", {}),
    ("course-letter", "GET"): ("viewed", {}),
    ("session-projector", "GET"): ("viewed", {}),
    ("course-edit", "GET"): ("viewed", {}),
    ("course-delete", "GET"): ("viewed", {}),
    ("session-list", "GET"): ("viewed", {}),
    ("session-edit", "GET"): ("viewed", {}),
    ("session-delete", "GET"): ("viewed", {}),
    ("session-qr", "GET"): ("viewed", {}),
    ("api-course-list", "GET"): ("viewed", {}),
    ("api-course-detail", "GET"): ("viewed", {}),
    ("api-course-trend", "GET"): ("viewed", {}),
    ("api-course-comparison", "GET"): ("viewed", {}),
    ("calendar", "POST"): ("changed", {}),
    ("calendar-end", "POST"): ("revoked", {}),
    ("calendar-feed", "GET"): ("viewed", {}),
    ("course-calendar", "GET"): ("viewed", {}),
    ("session-calendar", "GET"): ("viewed", {}),
    ("course-co-teachers", "GET"): ("viewed", {}),
    ("course-co-teachers", "POST"): ("changed", COLLEAGUE),
    ("course-co-teacher", "POST"): ("changed", {"may_delete": "on"}),
    ("course-co-teacher-remove", "POST"): ("changed", {}),
    ("api-course-co-teachers", "GET"): ("viewed", {}),
    ("api-course-co-teachers", "POST"): ("changed", COLLEAGUE),
    ("api-course-co-teacher", "PATCH"): ("changed", {"may_run": True}),
    ("api-course-co-teacher", "DELETE"): ("changed", {}),
    ("api-session-list", "GET"): ("viewed", {}),
    ("api-session-detail", "GET"): ("viewed", {}),
    ("api-session-detail", "PATCH"): ("changed", {"title": "Rings"}),
    ("session-detail", "GET"): ("viewed", {}),
    ("session-compact", "GET"): ("viewed", {}),
    ("session-timeline", "GET"): ("viewed", {}),
    ("totals", "GET"): ("viewed", {}),
    ("totals-compare", "GET"): ("viewed", {}),
    ("totals-compare-csv", "GET"): ("exported", {}),
    ("totals-compare-xlsx", "GET"): ("exported", {}),
    ("totals-compare-json", "GET"): ("exported", {}),
    ("course-trend-csv", "GET"): ("exported", {}),
    ("course-trend-xlsx", "GET"): ("exported", {}),
    ("course-trend-json", "GET"): ("exported", {}),
    ("totals-csv", "GET"): ("exported", {}),
    ("totals-xlsx", "GET"): ("exported", {}),
    ("totals-json", "GET"): ("exported", {}),
    ("totals-view-save", "POST"): ("made", {"name": "Mondays", "query": "weekday=1"}),
    ("api-totals-view-list", "POST"): (
        "made",
        {"name": "Mondays", "filters": {"weekday": "1"}},
    ),
    ("api-totals", "GET"): ("viewed", {}),
    ("api-totals-difference", "GET"): ("viewed", {}),
    ("audit", "GET"): ("viewed", {}),
    ("mail", "GET"): ("viewed", {}),
    ("webhooks", "GET"): ("viewed", {}),
    ("webhooks", "POST"): ("made viewed", WEBHOOK),
    ("webhook", "GET"): ("viewed", {}),
    ("webhook", "POST"): ("changed", WEBHOOK),
    ("webhook-test", "POST"): ("made", {}),
    ("webhook-secret", "POST"): ("changed viewed", {}),
    ("webhook-delete", "POST"): ("deleted", {}),
    ("webhook-on", "POST"): ("changed", {}),
    ("webhook-off", "POST"): ("changed", {}),
    ("webhook-call-again", "POST"): ("changed", {}),
    ("lti-platforms", "GET"): ("viewed", {}),
    ("lti-platforms", "POST"): ("made", LMS),
    ("lti-link", "POST"): ("made viewed", {}),
    ("lti-platform", "GET"): ("viewed", {}),
    ("lti-platform", "POST"): ("changed", LMS),
    ("lti-platform-delete", "POST"): ("deleted", {}),
    ("api-webhook-list", "GET"): ("viewed", {}),
    ("api-webhook-list", "POST"): ("made", WEBHOOK),
    ("api-webhook-detail", "GET"): ("viewed", {}),
    ("api-webhook-detail", "PATCH"): ("changed", {"events": ["report.ready"]}),
    ("api-webhook-detail", "DELETE"): ("deleted", {}),
    ("api-webhook-secret", "POST"): ("changed", {}),
    ("api-webhook-test", "POST"): ("made", {}),
    ("api-webhook-calls", "GET"): ("viewed", {}),
    ("api-webhook-call-again", "POST"): ("changed", {}),
    ("mail-test", "POST"): ("made", {}),
    ("mail-again", "POST"): ("changed", {}),
    ("person", "GET"): ("viewed", {}),
    ("api-session-minutes", "GET"): ("viewed", {}),
    ("api-session-snapshot", "GET"): ("viewed", {}),
    ("api-session-alerts", "GET"): ("viewed", {}),
    ("api-session-alert", "PATCH"): ("changed", {"useful": True}),
    ("api-session-marks", "GET"): ("viewed", {}),
    ("api-session-marks", "POST"): ("made", {"word": "Proof"}),
    ("api-session-mark", "PATCH"): ("changed", {"word": "Proof"}),
    ("api-session-mark", "DELETE"): ("deleted", {}),
    ("api-session-replies", "GET"): ("viewed", {}),
    ("api-session-replies", "POST"): ("made", {"word": "Back to slide 4"}),
    ("api-session-reply", "PATCH"): ("changed", {"word": "Back to slide 4"}),
    ("api-session-reply", "DELETE"): ("deleted", {}),
    ("api-session-question", "GET"): ("viewed", {}),
    ("api-session-question", "DELETE"): ("deleted", {}),
    ("api-session-question-close", "POST"): ("changed", {}),
    ("api-session-answer", "DELETE"): ("changed", {}),
    ("session-question", "POST"): ("changed", {"do": "close"}),
    ("api-session-topics", "GET"): ("viewed", {}),
    ("api-session-topics", "POST"): ("made", {"word": "Fields"}),
    ("api-session-topic", "PATCH"): ("changed", {"word": "Fields"}),
    ("api-session-topic", "DELETE"): ("deleted", {}),
    ("api-session-agenda", "GET"): ("viewed", {}),
    ("api-session-agenda", "PUT"): ("changed", {"agenda": ["Fields"]}),
    ("api-session-recording", "GET"): ("viewed", {}),
    ("api-session-recording", "PUT"): (
        "changed",
        {"url": "https://youtu.be/abc", "lesson_starts_s": 90},
    ),
    ("session-agenda", "GET"): ("viewed", {}),
    ("session-agenda", "POST"): ("changed", {"agenda": "Fields\nGroups"}),
    ("session-topics", "GET"): ("viewed", {}),
    ("session-topics", "POST"): ("made", {"kind": "topic", "word": "Fields"}),
    ("session-csv", "GET"): ("exported", {}),
    ("session-topics-csv", "GET"): ("exported", {}),
    ("session-workbook", "GET"): ("exported", {}),
    ("session-json", "GET"): ("exported", {}),
    ("api-session-export", "GET"): ("exported", {}),
    ("session-report", "GET"): ("viewed", {}),
    ("session-report-pdf", "GET"): ("exported", {}),
    ("session-report-make", "POST"): ("changed", {}),
    ("api-session-report", "GET"): ("viewed", {}),
    ("api-session-report", "POST"): ("changed", {}),
    ("api-session-report-pdf", "GET"): ("exported", {}),
    ("policy", "POST"): (
        "policy",
        {
            "jurisdiction": "other",
            "min_group": "12",
            "sessions_kept_days": "90",
            "audit_kept_days": "400",
        },
    ),
    ("people", "POST"): (
        "made viewed",
        {"email": "dora@school.example", "role": "teacher"},
    ),
    ("invitation-revoke", "POST"): ("revoked", {}),
    ("api-tokens", "POST"): ("made", {"name": "R", "scope": "read", "days": "30"}),
    ("invitation-again", "POST"): ("made viewed", {}),
    ("person", "POST"): ("changed", {"name": "Alice", "role": "admin"}),
    ("person-close", "POST"): ("changed", {}),
    ("person-open", "POST"): ("changed", {}),
    ("person-log-ins-end", "POST"): ("ended", {}),
    ("person-tokens-revoke", "POST"): ("revoked", {}),
    ("security", "POST"): ("changed", {"name": "Ada"}),
    ("course-new", "POST"): ("made", {"title": "Rings"}),
    ("course-code", "POST"): ("changed", {}),
    ("course-edit", "POST"): ("changed", {"title": "Rings"}),
    ("course-delete", "POST"): ("deleted", {}),
    ("session-new", "POST"): ("made", CLASS),
    ("session-edit", "POST"): ("changed", CLASS),
    ("session-delete", "POST"): ("deleted", {}),
    ("session-start", "POST"): ("started", {}),
    ("session-pause", "POST"): ("paused", {}),
    ("session-resume", "POST"): ("resumed", {}),
    ("session-end", "POST"): ("ended", {}),
    ("api-course-list", "POST"): ("made", {"title": "Rings"}),
    ("api-course-detail", "PUT"): ("changed", {"title": "Rings"}),
    ("api-course-detail", "PATCH"): ("changed", {"term": "Spring"}),
    ("api-course-detail", "DELETE"): ("deleted", {}),
    ("api-session-list", "POST"): ("made", {"title": "Rings"}),
    ("api-session-start", "POST"): ("started", {}),
    ("api-session-pause", "POST"): ("paused", {}),
    ("api-session-resume", "POST"): ("resumed", {}),
    ("api-session-end", "POST"): ("ended", {}),
    ("password_change", "POST"): (
        "password",
        {"old_password": PASSWORD, **NEW_PASSWORD},
    ),
    ("logout", "POST"): ("logged_out", {}),
}
# Unsafe requests that leave nothing, or that a stranger sends; each says why, or how it
# is asked for.
STUDENTS = "no student is in the audit"
EXCEPTIONS = {
    ("language", "POST"): "a cookie of the reader's own browser",
    ("lti-login", "POST"): "only asks the platform who is there",
    ("lti-launch", "POST"): "a signed answer of a platform; in test_lti.py",
    ("lti-open", "POST"): "the ticket here is a student's; in test_lti.py",
    ("lti-pick", "POST"): "takes a teacher's ticket; in test_lti.py",
    ("lti-connect", "POST"): "takes a password; in test_lti.py",
    ("lti-register", "POST"): "a platform has to answer; in test_lti_platforms.py",
    ("join", "POST"): STUDENTS,
    ("join-choices", "POST"): STUDENTS,
    ("join-own-result", "POST"): STUDENTS,
    ("join-pulse", "POST"): STUDENTS,
    ("join-leave", "POST"): STUDENTS,
    ("join-answer", "POST"): STUDENTS,
    ("api-session-question", "POST"): "asked of a lesson in services/test_questions.py",
    (
        "course-letters-signed",
        "POST",
    ): "takes a letter's code; in services/test_minors.py",
    ("course-leave", "POST"): "of co-teachers alone, and asked as one in services",
    (
        "totals-view-delete",
        "POST",
    ): "a view is its owner's alone; in test_saved_views.py",
    (
        "api-totals-view-detail",
        "DELETE",
    ): "a view is its owner's alone; in api/test_saved_views.py",
    ("session-note", "POST"): "a note is its teacher's alone; asked as teacher below",
    ("api-session-topic-merge", "POST"): "asked of two topics in api/test_topics.py",
    ("api-nothing", "POST"): "there is nothing at such an address",
    ("password_reset", "POST"): "asked by a stranger below",
    ("login", "POST"): "asked by a stranger below",
    ("password_reset_confirm", "POST"): "asked by a stranger below",
    ("invitation-accept", "POST"): "asked by a stranger below",
    ("second-factor-on", "POST"): "takes a code; in test_second_factor.py",
    ("second-factor-off", "POST"): "takes a code; in test_second_factor.py",
    ("saml-back", "POST"): "a signed answer of a provider; in test_saml.py",
    ("passkey-add", "POST"): "takes a passkey; in test_passkeys.py",
    ("factor-remove", "POST"): "takes a password; in test_passkeys.py",
    ("person-platform-end", "POST"): "of an account that has one; in test_lti.py",
    (
        "person-second-factor-off",
        "POST",
    ): "of an account that has one; in test_second_factor.py",
}
BY_STATE = {"start": {}, "pause": {"live": True}, "resume": {"paused": True}}


@pytest.fixture
def token(teacher):
    tokens.issue(user=teacher, name="Report", scope="read", lasts=dt.timedelta(1))
    AuditEntry.objects.all().delete()
    return ApiToken.objects.get().token_key


@pytest.fixture
def address(arguments, token):
    """Each URL about something that can be seen, changed and deleted as it asks."""

    def of(name):
        moved = name.removeprefix("api-").removeprefix("session-")
        if moved in BY_STATE:
            return reverse(name, args=[ClassSessionFactory(**BY_STATE[moved]).pk])
        if name.startswith("course-trend-"):
            return reverse(name, args=[held_twice().pk])
        if "-report" in name:
            return reverse(name, args=[ReportFactory(ready=True).pk])
        own = {
            "person-open": [UserFactory(is_active=False).pk],
            "session-delete": [ClassSessionFactory(ended=True).pk],
            "api-course-detail": [CourseFactory().pk],
        }
        return reverse(name, args=own.get(name) or arguments(name))

    return of


def held_twice():
    """A course of two lessons with numbers, which can be compared."""
    course = CourseFactory()
    for lesson in ClassSessionFactory.create_batch(2, course=course, ended=True):
        ClassMinuteFactory(session=lesson, released=True)
    keep(course.class_sessions.all())
    return course


def send(browser, method, url, body):
    if url.startswith("/api/v1/") and method != "GET":
        return getattr(browser, method.lower())(
            url, json.dumps(body), content_type="application/json"
        )
    return getattr(browser, method.lower())(url, body)


def test_an_admins_requests_leave_the_entries_that_they_should(address, browsers, boss):
    written = {}
    for name, method, *_ in ROWS:
        _, body = WRITTEN.get((name, method), ("", {}))
        with undone(browsers["boss"]) as browser:
            send(browser, method, address(name), body)
            entries = AuditEntry.objects.order_by("pk").values_list("actor", "action")
            if list(entries):
                written[name, method] = list(entries)

    assert written == {
        url: [(boss.email, action) for action in actions.split()]
        for url, (actions, _) in WRITTEN.items()
    }


def test_a_teacher_who_reads_and_changes_what_is_the_teachers_own_is_not_watched(
    teacher, browser_of
):
    session = ClassSessionFactory(teacher=teacher)
    browser = browser_of(teacher)
    for name in ("session-edit", "session-delete", "session-qr", "api-session-detail"):
        assert browser.get(reverse(name, args=[session.pk])).status_code == 200
    for name in ("session-list", "course-list", "api-session-list", "api-course-list"):
        assert browser.get(reverse(name)).status_code == 200

    assert acts() == []


def test_a_note_is_written_down_without_its_words(teacher, browser_of):
    session = ClassSessionFactory(teacher=teacher, ended=True, title="Rings")
    url = reverse("session-note", args=[session.pk])

    for note in ("Ask Mia about fields", "Ask Mia about fields", ""):
        browser_of(teacher).post(url, {"note": note})

    assert [detail for *_, detail in acts()] == [
        "lesson “Rings”; the teacher's note"
    ] * 2


def test_a_list_with_bars_is_a_look_at_numbers(teacher, browser_of):
    ClassMinuteFactory(session=ClassSessionFactory(teacher=teacher, ended=True))

    browser_of(teacher).get(reverse("session-list"))

    assert acts() == [(teacher.email, "viewed", "List of lessons, with a bar for each")]


def test_a_look_at_the_form_hides_no_look_at_the_numbers(boss, teacher, browser_of):
    session, browser = ClassSessionFactory(teacher=teacher, live=True), browser_of(boss)

    for name in ("session-edit", "session-timeline", "session-timeline"):
        browser.get(reverse(name, args=[session.pk]))

    details = [detail.split(" of ")[0] for *_, detail in acts()]
    assert (details[0], len(details)) == ("Opened: Form", 2)


def test_a_form_that_is_refused_shows_as_much_and_is_written_down_as_well(
    boss, teacher, browser_of
):
    session = ClassSessionFactory(teacher=teacher)
    pages = [
        reverse("session-edit", args=[session.pk]),
        reverse("people"),
        reverse("admin:sessions_app_user_change", args=[teacher.pk]),
    ]

    for page in pages:
        assert browser_of(boss).post(page, {"role": "nobody"}).status_code == 200

    assert [(actor, action) for actor, action, _ in acts()] == [
        (boss.email, "viewed")
    ] * len(pages)


def test_every_unsafe_request_that_somebody_takes_is_audited_or_says_why_not():
    """The rows are those of the resolver; another test compares them with it."""
    taken = {
        (name, method)
        for name, method, *cells in ROWS
        if method != "GET" and {"ok", "on", "400", "415"} & set(cells)
    }

    assert taken - WRITTEN.keys() - EXCEPTIONS.keys() == set()
    assert (WRITTEN.keys() | EXCEPTIONS.keys()) - {
        (name, method) for name, method, *_ in ROWS
    } == set()


def test_the_admin_site_changes_nothing_without_an_entry(boss, teacher, browser_of):
    """The one thing that can be changed there is an account."""
    path = reverse("admin:sessions_app_user_change", args=[teacher.pk])
    browser_of(boss).post(path, {"name": "Alice", "role": "admin", "is_active": "on"})
    changed = AuditEntry.objects.count()
    values = {
        "object_id": teacher.pk,
        "app_label": "sessions_app",
        "content_type_id": 1,
        "url": "nothing",
    }

    assert changed == 1
    for space, name, parameters, _ in named_urls(get_resolver()):
        if space == "admin" and name and name not in {"logout", "login"}:
            url = reverse(f"admin:{name}", kwargs={p: values[p] for p in parameters})
            with undone(browser_of(boss)) as browser:
                browser.post(url, {"name": "Alice", "role": "teacher"})
                teacher.refresh_from_db()
                others = AuditEntry.objects.count() - changed
                same = (teacher.role, teacher.is_active) == ("admin", True)
                assert same or others, url


# --- strangers who come in ------------------------------------------------------------


def acts():
    return list(
        AuditEntry.objects.order_by("pk").values_list("actor", "action", "detail")
    )


FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def test_logging_in_and_out_is_written_down_with_the_device(client, teacher):
    answers = {"username": teacher.email.upper(), "password": PASSWORD}

    client.post(reverse("login"), answers, headers={"User-Agent": FIREFOX})
    client.post(reverse("logout"))

    assert acts() == [
        (teacher.email, "logged_in", "Firefox on Linux"),
        (teacher.email, "logged_out", ""),
    ]


@pytest.mark.usefixtures("stopped")
def test_who_asks_for_a_new_password_is_not_named(client, teacher):
    for email in (teacher.email, teacher.email, "nobody@school.example"):
        client.post(reverse("password_reset"), {"email": email})

    assert acts() == [("", "asked", "")]


def test_a_password_changed_on_the_server_is_written_down(teacher, monkeypatch):
    monkeypatch.setattr("getpass.getpass", lambda **_: NEW)

    call_command("changepassword", teacher.email, verbosity=0)

    [(actor, action, detail)] = acts()
    assert (actor, action) == ("", "password")
    assert teacher.email in detail
    assert NEW not in detail


@pytest.mark.usefixtures("stopped")
def test_refused_log_ins_name_the_account_and_never_what_was_typed(client, teacher):
    for email in [teacher.email, teacher.email, "my-secret-password"]:
        client.post(reverse("login"), {"username": email, "password": "wrong"})

    assert acts() == [
        ("", "refused", f"account {teacher.email}"),
        ("", "refused", "an unknown address"),
    ]


def test_a_password_chosen_by_a_mails_link_is_written_down(client, teacher):
    uid = urlsafe_base64_encode(force_bytes(teacher.pk))
    token = default_token_generator.make_token(teacher)
    url = reverse("password_reset_confirm", args=[uid, token])

    form = client.get(url, follow=True)
    client.post(form.request["PATH_INFO"], NEW_PASSWORD)

    [(actor, action, detail)] = acts()
    assert (actor, action) == (teacher.email, "password")
    assert detail.startswith("with the link of a mail")
    assert NEW not in detail


def test_a_class_begun_like_another_ones_shows_its_settings(boss, browser_of):
    like = ClassSessionFactory(meeting_url="https://meet.example/room")
    url = f"{reverse('session-new')}?like={like.pk}"

    assert like.meeting_url in browser_of(boss).get(url).content.decode()
    assert acts() == [
        (boss.email, "viewed", f"Opened: Settings of lesson “{like.title}”")
    ]


def test_an_accepted_invitation_is_an_account_and_a_log_in():
    invitation = InvitationFactory(token="the-link")
    answers = {"name": "Dora", "password1": NEW, "password2": NEW}

    url = reverse("invitation-accept", args=["the-link"])
    Client().post(url, answers)

    inviter = invitation.invited_by.email
    assert acts() == [
        (invitation.email, "made", f"own account as teacher, invited by {inviter}"),
        (invitation.email, "logged_in", "Unknown device"),
    ]


# --- what the entries say -------------------------------------------------------------


def test_an_admin_in_anothers_class_is_named_with_each_change(
    boss, browser_of, teacher, program_of
):
    session = ClassSessionFactory(teacher=teacher, title="Algebra", live=True)
    course = CourseFactory(teacher=teacher, title="Groups", term="")
    browser = browser_of(boss)
    change = CLASS | {"meeting_url": "https://meet.example/x?pwd=1234"}

    browser.post(reverse("session-edit", args=[session.pk]), change)
    browser.post(reverse("session-pause", args=[session.pk]))
    program = program_of(boss)
    program.post(reverse("api-session-resume", args=[session.pk]))
    program.patch(
        reverse("api-course-detail", args=[course.pk]), {"term": "X"}, format="json"
    )

    assert [act for act in acts() if act[1] != "made"] == [
        (boss.email, action, detail)
        for action, detail in [
            (
                "changed",
                "lesson “Rings”; title: Algebra → Rings; meeting url: changed; "
                "expression on: on → off",
            ),
            ("paused", "lesson “Rings”"),
            ("resumed", "lesson “Rings”"),
            ("changed", "course “Groups, X” of Alice; term: none → X"),
        ]
    ]


def test_what_changes_nothing_leaves_nothing(boss, browser_of):
    session = ClassSessionFactory(live=True)

    browser_of(boss).post(reverse("session-start", args=[session.pk]))

    assert acts() == []


def test_making_and_revoking_a_token_say_which_but_never_the_token_itself(
    teacher, browser_of
):
    browser = browser_of(teacher)

    _, body = WRITTEN["api-tokens", "POST"]
    made = browser.post(reverse("api-tokens"), body).context["made"]
    key = ApiToken.objects.get().token_key
    browser.post(reverse("person-tokens-revoke", args=[teacher.pk]), {"token": key})

    rows = AuditEntry.objects.order_by("pk").values("actor", "object_id", "detail")
    assert list(rows) == [
        {"actor": teacher.email, "object_id": key, "detail": detail}
        for detail in ("API token “R”, read, for 30 days", "API token “R”")
    ]
    assert made not in str(list(rows))


def test_a_foreign_token_that_stays_is_not_written_down_as_revoked(
    colleague, browser_of, token
):
    url = reverse("person-tokens-revoke", args=[colleague.pk])
    browser_of(colleague).post(url, {"token": token})

    assert not AuditEntry.objects.exists()
