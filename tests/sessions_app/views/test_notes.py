"""A note is the teacher's own: nobody else reads it, and it goes with the class."""

import pytest
from django.urls import reverse

from sessions_app.models import ClassSession
from sessions_app.models.session import MAX_NOTE
from sessions_app.services import sessions as services
from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = pytest.mark.django_db
WORDS = "Begin with <b>fields</b>\nnext time"


@pytest.fixture
def session(teacher):
    session = ClassSessionFactory(teacher=teacher, ended=True)
    ClassMinuteFactory(session=session, index=0, released=True)
    return session


def post(browser, session, note):
    return browser.post(reverse("session-note", args=[session.pk]), {"note": note})


def test_a_teacher_keeps_changes_and_takes_away_a_note(session, teacher, browser_of):
    browser, page = browser_of(teacher), reverse("session-detail", args=[session.pk])

    assert post(browser, session, WORDS.replace("\n", "\r\n")).url == page
    kept = browser.get(page).content.decode()
    assert "Begin with &lt;b&gt;fields&lt;/b&gt;<br>next time" in kept
    assert (
        "Begin with &lt;b&gt;" in browser.get(reverse("session-list")).content.decode()
    )
    session.refresh_from_db()
    assert session.note == WORDS

    post(browser, session, "")
    session.refresh_from_db()
    assert session.note == ""


def test_nobody_else_reads_or_writes_it(session, teacher, boss, colleague, browser_of):
    post(browser_of(teacher), session, "Only mine")

    for other in (boss, colleague):
        browser = browser_of(other)
        assert post(browser, session, "Theirs").status_code == 404
        for name in ("detail", "edit", "csv", "json", "timeline"):
            answer = browser.get(reverse(f"session-{name}", args=[session.pk]))
            assert b"Only mine" not in answer.content
        listed = [
            reverse("session-list"),
            reverse("api-session-list"),
            reverse("audit"),
        ]
        for url in listed:
            assert b"Only mine" not in browser.get(url).content
    row = reverse("admin:sessions_app_classsession_change", args=[session.pk])
    assert b"Only mine" not in browser_of(boss).get(row).content
    session.refresh_from_db()
    assert session.note == "Only mine"


@pytest.mark.parametrize(
    ("note", "why"),
    [
        ("x" * (MAX_NOTE + 1), f"at most {MAX_NOTE} characters"),
        ("left \u202e right", "invisible"),
        ("nothing\x00", "not allowed"),
    ],
)
def test_a_note_that_cannot_be_kept_is_shown_again_with_why(
    note, why, session, teacher, browser_of
):
    answer = post(browser_of(teacher), session, note)

    assert answer.status_code == 200
    assert why in answer.content.decode()
    session.refresh_from_db()
    assert session.note == ""


def test_the_longest_note_counts_a_line_break_once(session, teacher, browser_of):
    longest = "\r\n".join(["x" * 999, "x" * (MAX_NOTE - 1000)])

    assert post(browser_of(teacher), session, longest).status_code == 302


def test_a_class_made_like_another_begins_without_its_note(session, teacher):
    session.note = "Only there"

    assert services.draft_like(session, teacher=teacher).note == ""


def test_it_goes_with_its_class(session, teacher, browser_of):
    post(browser_of(teacher), session, "Not for long")

    services.delete(session=session, by=teacher)

    assert not ClassSession.objects.filter(note="Not for long").exists()
