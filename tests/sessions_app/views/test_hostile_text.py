"""Titles and names made to harm: refused at every door, or shown as what they are."""

import csv
import datetime as dt
import io
import json

import pytest
from allauth.mfa.models import Authenticator
from django.urls import get_resolver, reverse

from sessions_app.models import (
    ClassSession,
    Course,
    Mark,
    Participant,
    Question,
    SavedView,
    User,
)
from sessions_app.services import tokens
from tests.sessions_app.factories import (
    PASSWORD,
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    InvitationFactory,
    MarkFactory,
    ParticipantFactory,
    QuestionFactory,
    UserFactory,
    as_read,
)
from tests.sessions_app.views.access_matrix import CO_TEACHERS, ROLES
from tests.soft_passkey import SoftPasskey

pytestmark = pytest.mark.django_db

HTML = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://evil.example","open")+cmd|\' /C calc\'!A0'
REFUSED = {
    "turned around": "exam\u202egnp.exe",
    "null": "a\x00b",
    "two lines": "a\nSet-Cookie: b",
    "ten thousand": "x" * 10_000,
}


@pytest.fixture
def doors(client, teacher, boss, browser_of, browser_with):
    """Everything that takes a title or a name: how to hand it in, what it would make."""
    owner, admin = browser_of(teacher), browser_of(boss)
    class_, own = ClassSessionFactory.create_batch(2, live=True, teacher=teacher)
    asked = ClassSessionFactory(teacher=teacher, ended=True)
    ClassMinuteFactory(session=asked, index=0, released=True)
    known = QuestionFactory()
    InvitationFactory(token="welcome")
    invitation = reverse("invitation-accept", args=["welcome"])
    passwords = {"password1": PASSWORD, "password2": PASSWORD}

    def to_form(browser, path, **values):
        return lambda text: browser.post(
            path, {name: text if v is None else v for name, v in values.items()}
        )

    def to_api(path, **values):
        return lambda text: owner.post(
            path, json.dumps({"title": text} | values), content_type="application/json"
        )

    def passkey(text):
        page = owner.post(reverse("passkey-add"), {"password": PASSWORD})
        made = SoftPasskey().made_for(page.context["question"])
        sent = {"name": text, "answer": json.dumps(made)}
        return owner.post(reverse("passkey-add"), sent)

    return {
        "class": to_form(
            owner,
            reverse("session-new"),
            title=None,
            frame_interval_s="2",
            pulse_on="on",
        ),
        "course": to_form(owner, reverse("course-new"), title=None, term=""),
        "term": to_form(owner, reverse("course-new"), title="Rings", term=None),
        "view": to_form(owner, reverse("totals-view-save"), name=None, query=""),
        "token": to_form(
            owner, reverse("api-tokens"), name=None, scope="read", days="30"
        ),
        "student": to_form(
            client,
            reverse("join", args=[class_.join_code]),
            display_name=None,
            **as_read(class_),
        ),
        "invited": to_form(client, invitation, name=None, **passwords),
        "renamed": to_form(
            admin,
            reverse("admin:sessions_app_user_change", args=[teacher.pk]),
            name=None,
            role="teacher",
            is_active="on",
        ),
        "passkey": passkey,
        "reply": to_form(
            owner, reverse("session-topics", args=[own.pk]), kind="reply", word=None
        ),
        "question": to_form(
            owner,
            reverse("session-question", args=[asked.pk]),
            do="ask",
            minute="0",
            words=None,
        ),
        "answer": to_form(
            browser_with(ParticipantFactory(session=known.session)),
            reverse("join-answer", args=[known.session.join_code]),
            question=known.pk,
            text=None,
        ),
        "API lesson": to_api(reverse("api-session-list")),
        "API course": to_api(reverse("api-course-list"), term="Spring"),
    }


def rows():
    named = [
        *(Authenticator, User, Course, ClassSession, Mark, Participant, Question),
        SavedView,
    ]
    return [sorted(model.objects.values_list()) for model in named]


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_every_door_refuses_what_hides_or_overflows(text, doors, settings):
    settings.FER_JOIN_RATE = "1000/m"
    before = rows()

    statuses = {name: enter(text).status_code for name, enter in doors.items()}

    assert set(statuses.values()) <= {200, 400}, statuses
    assert rows() == before


@pytest.mark.parametrize("text", [HTML, FORMULA], ids=["HTML", "formula"])
def test_every_door_takes_text_that_only_looks_like_code(text, doors):
    text = text[:50].strip()

    statuses = {name: enter(text).status_code for name, enter in doors.items()}

    assert set(statuses.values()) <= {200, 201, 302}, statuses
    assert ClassSession.objects.filter(title=text).count() == 2
    assert Course.objects.filter(title=text).count() == 2
    assert Course.objects.filter(term=text).count() == 1
    assert Participant.objects.filter(display_name=text).count() == 1
    assert User.objects.filter(name=text).count() == 2
    assert Mark.objects.filter(word=text).count() == 1
    assert Authenticator.objects.filter(data__name=text).count() == 1
    assert Question.objects.filter(words=text).count() == 1
    assert Question.objects.filter(waiting__0__text=text).count() == 1


@pytest.fixture
def hostile_rows(teacher, colleague, session):
    """Everything that somebody named, named to harm."""
    User.objects.update(name=HTML[:100])
    Course.objects.update(title=HTML, term=HTML[:50])
    course = CourseFactory(teacher=teacher, title=HTML, term=HTML[:50])
    ClassSession.objects.update(title=HTML, course=course)
    ClassMinuteFactory(session=session, released=True)
    tokens.issue(user=teacher, name=HTML, scope="read", lasts=dt.timedelta(30))
    MarkFactory(session=session, kind="reply", word=HTML)
    SavedView.objects.create(user=teacher, name=HTML[:60], query="by=course")


# How many pages at least show a role a title or a name. The other roles see of the same.
SHOWING = {"stranger": 1, "student": 1, "owner": 10, "boss": 10}


@pytest.mark.usefixtures("hostile_rows")
@pytest.mark.parametrize(
    "role",
    [
        pytest.param(role, marks=[] if role in SHOWING else pytest.mark.long)
        for role in ROLES + CO_TEACHERS
    ],
)
def test_no_page_contains_what_was_typed_as_code(role, arguments, browsers):
    Participant.objects.update(display_name=HTML)
    seen = 0

    for name in _own_url_names():
        page = browsers[role].get(reverse(name, args=arguments(name)))
        if page["Content-Type"].startswith("text/html"):
            text = page.content.decode()
            assert "<script>alert" not in text, name
            assert "<img src=x" not in text, name
            seen += "&lt;script&gt;alert" in text

    assert seen >= SHOWING.get(role, 1)


@pytest.mark.usefixtures("hostile_rows")
def test_the_admin_site_contains_it_as_text_alone(boss, browser_of):
    browser = browser_of(boss)

    for model in ("user", "course", "classsession", "classminute", "auditentry"):
        page = browser.get(reverse(f"admin:sessions_app_{model}_changelist"))
        assert page.status_code == 200
        assert b"<script>alert" not in page.content


@pytest.mark.parametrize("text", [HTML, FORMULA], ids=["HTML", "formula"])
def test_exports_and_api_hand_it_on_as_data(text, session, teacher, browser_of):
    teacher = UserFactory(name=text)
    course = CourseFactory(teacher=teacher, title=text, term="")
    ClassSession.objects.update(title=text, course=course, teacher=teacher)
    ClassMinuteFactory(session=session, released=True)
    browser = browser_of(teacher)

    def read(name):
        return browser.get(reverse(name, args=[session.pk]))

    [row] = csv.DictReader(io.StringIO(read("session-csv").content.decode()))
    as_text = f"'{text}" if text.startswith("=") else text
    assert (row["title"], row["course"], row["teacher"]) == (as_text,) * 3
    exported = read("session-json").json()["session"]
    assert (exported["title"], exported["course"]) == (text, text)
    assert read("api-session-detail").json()["title"] == text
    for name in ("session-csv", "session-json", "api-session-detail"):
        answer = read(name)
        assert not answer["Content-Type"].startswith("text/html")
        assert answer["X-Content-Type-Options"] == "nosniff"


def _own_url_names():
    """Our pages by name, without Django's admin site."""
    return sorted(
        name
        for name in get_resolver().reverse_dict
        if isinstance(name, str) and name != "logout"
    )
