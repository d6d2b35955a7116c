"""Classes for students whom the school's sign-on knows."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from sessions_app.enums import MinuteStatus, Purpose
from sessions_app.minutes.closing import close_due_minutes, finish
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.models import AuditEntry, ClassSession, Participant
from sessions_app.selectors.consent import choices_of
from sessions_app.selectors.my_data import my_data
from sessions_app.services import consent, withdrawals
from sessions_app.views import join as join_views
from sessions_app.web.sign_in import remember_in_course
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CourseFactory,
    ParticipantFactory,
    as_read,
)

pytestmark = pytest.mark.django_db

HEADER = "X-School-Name"
YES = {"expression": "yes", "pulse": "yes"}


@pytest.fixture(autouse=True)
def _sign_on(settings):
    settings.FER_SIGNED_IN_HEADER = HEADER


@pytest.fixture
def session():
    return ClassSessionFactory(live=True, signed_in_only=True)


def url(name, session):
    return reverse(name, args=[session.join_code])


def sign_in(browser, session, name="eve@school.example"):
    return browser.get(url("join-sign-in", session), headers={HEADER: name})


def join(browser, session, **answers):
    return browser.post(url("join", session), as_read(session) | YES | answers)


def test_whoever_has_not_signed_in_is_asked_to_and_cannot_join(session):
    browser = Client()

    page = browser.get(url("join", session))

    assert page.status_code == join(browser, session).status_code == 403
    assert url("join-sign-in", session) in page.content.decode()
    assert not Participant.objects.exists()


def test_whoever_signs_in_joins_and_their_name_is_nowhere(session):
    browser = Client()

    assert sign_in(browser, session).url == url("join", session)
    assert "You are signed in" in browser.get(url("join", session)).content.decode()
    assert join(browser, session).url == url("join-class", session)

    [row] = Participant.objects.values()
    assert len(row["sign_in_hash"]) == 64
    for kept in (str(row), str(browser.cookies)):
        assert "eve@" not in kept  # three letters alone are in a random cookie at times
        assert "school" not in kept


def test_in_a_second_browser_a_person_is_the_same_participant(session):
    first, second = Client(), Client()
    for browser, name in (
        (first, "eve@school.example"),
        (second, "Eve@School.example"),
    ):
        sign_in(browser, session, name)
    join(first, session)

    join(second, session, expression="no")

    eve = Participant.objects.get()
    assert choices_of(eve) == {Purpose.EXPRESSION: False, Purpose.PULSE: True}
    for browser in (first, second):
        page = browser.get(url("join-class", session))
        assert page.context["participant"] == eve


@pytest.mark.parametrize(
    "wrong", [{"read": "2020-01-01 5 30"}, {"display_name": "E" * 81}]
)
def test_a_no_in_a_second_browser_is_taken_whatever_is_wrong_beside_it(wrong, session):
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser, session)
    join(first, session)

    assert join(second, session, expression="no", **wrong).context["form"].errors

    eve = Participant.objects.get()
    assert choices_of(eve) == {Purpose.EXPRESSION: False, Purpose.PULSE: True}


def test_one_person_has_another_hash_in_every_class(session):
    browser, elsewhere = Client(), ClassSessionFactory(live=True, signed_in_only=True)

    for one in (session, elsewhere):
        sign_in(browser, one)
        join(browser, one)

    assert len(set(Participant.objects.values_list("sign_in_hash", flat=True))) == 2


def test_having_signed_in_for_one_class_opens_no_other(session):
    browser, elsewhere = Client(), ClassSessionFactory(live=True, signed_in_only=True)
    sign_in(browser, session)

    assert join(browser, elsewhere).status_code == 403


@pytest.mark.parametrize("header", ["", "X-Other"])
def test_a_header_that_nobody_named_is_not_heard(header, session, settings):
    settings.FER_SIGNED_IN_HEADER = header
    browser = Client()

    assert sign_in(browser, session).status_code == 403
    assert join(browser, session).status_code == 403


def test_signing_in_lasts_an_hour(session, stopped):
    browser = Client()
    sign_in(browser, session)
    stopped.shift(3601)

    assert join(browser, session).status_code == 403


def test_other_classes_ask_nobody_to_sign_in():
    session = ClassSessionFactory(live=True)
    browser = Client()
    sign_in(browser, session)

    assert browser.cookies == {}
    assert join(browser, session).url == url("join-class", session)
    assert Participant.objects.get().sign_in_hash == ""


def test_the_mark_goes_when_the_class_ends(session):
    eve = ParticipantFactory(session=session, sign_in_hash="a" * 64)
    assert "kept until the lesson ends" in str(my_data(eve))
    ended = ClassSessionFactory(ending=True)
    ClassSession.objects.filter(pk=session.pk).update(
        state="ending", ended_at=ended.ended_at
    )
    session.refresh_from_db()

    finish(session=session, store=MemoryStore(), now=0.0)

    eve.refresh_from_db()
    assert (eve.sign_in_hash, eve.cell_key) == ("", None)


@pytest.mark.parametrize(
    ("header", "state", "asked"),
    [(HEADER, "draft", True), (HEADER, "live", False), ("", "draft", False)],
)
def test_a_teacher_decides_before_the_class_begins(
    header, state, asked, settings, teacher, browser_of
):
    settings.FER_SIGNED_IN_HEADER = header
    traits = {} if state == "draft" else {state: True}
    session = ClassSessionFactory(teacher=teacher, **traits)

    page = browser_of(teacher).get(reverse("session-edit", args=[session.pk]))

    assert ("signed_in_only" in page.context["form"].fields) == asked


def test_a_teacher_makes_such_a_class_on_the_page_and_by_the_api(
    teacher, browser_of, settings
):
    browser = browser_of(teacher)
    form = {"title": "Rings", "frame_interval_s": "2", "pulse_on": "on"}
    browser.post(reverse("session-new"), form | {"signed_in_only": "on"})

    def by_the_api(title):
        return browser.post(
            reverse("api-session-list"),
            {"title": title, "signed_in_only": True},
            content_type="application/json",
        ).status_code

    assert by_the_api("Choir") == 201
    assert list(ClassSession.objects.values_list("signed_in_only", flat=True)) == [
        True,
        True,
    ]
    settings.FER_SIGNED_IN_HEADER = ""
    assert by_the_api("Optics") == 400


FIELDS = {
    "title": "Algebra",
    "frame_interval_s": 2,
    "pulse_on": "on",
    "expression_on": "on",
}


def ask_for_sign_in(page, session, **fields):
    edit = reverse("session-edit", args=[session.pk])
    return page.post(edit, FIELDS | {"signed_in_only": "on"} | fields)


def test_who_joined_unsigned_is_out_when_a_draft_asks_to_sign_in(
    teacher, browser_of, django_capture_on_commit_callbacks
):
    """Or a teacher could fill a draft with browsers, and ask then."""
    draft, elsewhere = ClassSessionFactory.create_batch(2, teacher=teacher)
    unsigned, page = Client(), browser_of(teacher)
    for session in (draft, elsewhere):
        join(unsigned, session)

    with django_capture_on_commit_callbacks(execute=True):
        ask_for_sign_in(page, draft)
    ask_for_sign_in(page, draft, title="Still Algebra")

    assert list(Participant.objects.values_list("session", flat=True)) == [elsewhere.pk]
    told = unsigned.get(url("join-class", draft), follow=True)
    assert "you do not take part any more" in told.content.decode()
    assert join(unsigned, draft).status_code == 403
    details = AuditEntry.objects.filter(action="changed").order_by("pk")
    assert [
        "were removed" in detail for detail in details.values_list("detail", flat=True)
    ] == [True, False]


def test_who_joined_unsigned_signs_in_and_counts(settings, teacher, browser_of):
    settings.FER_MIN_GROUP = 5
    draft, page = ClassSessionFactory(teacher=teacher), browser_of(teacher)
    browsers = [Client() for _ in range(6)]
    for browser in browsers:
        join(browser, draft)
    ask_for_sign_in(page, draft)
    page.post(reverse("session-start", args=[draft.pk]))
    for i, browser in enumerate(browsers):
        sign_in(browser, draft, f"student {i}")
        join(browser, draft)
    draft.refresh_from_db()

    assert minute_with_all(draft).pulse_status == MinuteStatus.RELEASED


def test_a_form_that_was_read_before_the_class_asked_to_sign_in_joins_nobody(
    session, monkeypatch
):
    """The answer arrives while the teacher's change is stored."""
    monkeypatch.setattr(join_views, "_is_known", lambda *_: True)

    assert join(Client(), session).status_code == 403
    assert not Participant.objects.exists()


def minute_with_all(session):
    """The first minute, in which everybody who joined was there."""
    store = MemoryStore()
    store.note_present(
        session.pk, 0, set(session.participants.values_list("pk", flat=True))
    )
    end = session.minute_starts_at(1).timestamp()
    close_due_minutes(store=store, now=end + 10)
    return session.minutes.get(index=0)


@pytest.mark.parametrize("has_a_phone", [False, True])
def test_who_signs_in_at_a_browser_of_somebody_else_is_not_taken_for_them(
    has_a_phone, session
):
    """At a computer that pupils share, where the first one can say no no more."""
    browser, phone = Client(), Client()
    for each in (browser, phone) if has_a_phone else (browser,):
        sign_in(each, session, "eve@school.example")
        join(each, session, display_name="Eve")
    eve = Participant.objects.get()

    sign_in(browser, session, "leo@school.example")
    assert browser.get(url("join", session)).status_code == 200
    assert choices_of(eve) == dict.fromkeys(Purpose, False)  # before he has answered
    assert browser.get(url("join-class", session)).url == url("join", session)
    answer = browser.post(
        url("join-choices", session), as_read(session) | {"pulse": "on"}
    )
    assert answer.status_code == 403
    assert browser.get(url("join-my-data", session)).status_code == 403
    join(browser, session, expression="no", pulse="no")

    assert choices_of(eve) == dict.fromkeys(Purpose, False)
    shown = browser.get(url("join-my-data", session))
    assert shown.context["participant"] == Participant.objects.exclude(pk=eve.pk).get()


def test_who_sat_there_before_has_said_no_once_somebody_else_signs_in(session):
    """Though the next one has looked at no page yet, and a tab is open still."""
    browser = Client()
    sign_in(browser, session, "eve@school.example")
    join(browser, session)

    sign_in(browser, session, "leo@school.example")

    assert choices_of(Participant.objects.get()) == dict.fromkeys(Purpose, False)


def test_a_no_in_a_tab_of_who_sat_there_before_gets_through(session):
    browser = Client()
    course = CourseFactory(teacher=session.teacher)
    ClassSession.objects.update(course=course, signed_in_only=False)
    session.refresh_from_db()
    came = HttpResponse()
    for mark in ("eve", "leo"):  # from a learning platform, one after the other
        remember_in_course(came, mark, course.pk, name="")
        browser.cookies.update(came.cookies)
        if mark == "eve":
            join(browser, session)
    eve = Participant.objects.get()
    assert choices_of(eve) == dict.fromkeys(Purpose, True)

    answer = browser.post(url("join-choices", session), {"expression": "off"})

    assert answer.status_code == 403
    assert choices_of(eve) == dict.fromkeys(Purpose, False)


@pytest.mark.django_db(transaction=True)
def test_who_sat_there_before_counts_no_more_where_the_next_ones_no_has_to_wait(
    session, monkeypatch
):
    """Or the first one's open tab would go on reading the second one's face."""
    browser, phone = Client(), Client()
    sign_in(browser, session, "eve@school.example")
    join(browser, session)
    eve = Participant.objects.get()
    sign_in(phone, session, "leo@school.example")
    join(phone, session)
    leo = Participant.objects.exclude(pk=eve.pk).get()
    decide = consent._decide

    def locked(*, participant, decisions):
        if participant == leo:
            raise OperationalError("the row is locked")
        decide(participant=participant, decisions=decisions)

    monkeypatch.setattr(consent, "_decide", locked)
    monkeypatch.setattr(withdrawals, "_waiting", {})

    sign_in(browser, session, "leo@school.example")
    answer = join(browser, session, expression="no", pulse="no")

    assert answer.status_code == 503
    assert choices_of(eve) == dict.fromkeys(Purpose, False)
