"""What a student read before deciding holds for the class, whatever an admin decides."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inference.contracts import FrameState, Reading
from sessions_app.enums import MinuteStatus, Purpose
from sessions_app.minutes.closing import close_due_minutes
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.models import ClassMinute, ClassSession, Consent
from sessions_app.selectors.retention import outdated
from sessions_app.services import retention
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    ParticipantFactory,
    as_read,
)

pytestmark = pytest.mark.django_db

HAPPY = Reading(FrameState.OK, scores=(0, 0, 0, 0.9, 0, 0, 0.1), faces=1)


@pytest.fixture
def session(teacher):
    return ClassSessionFactory(teacher=teacher, live=True)


@pytest.fixture(autouse=True)
def _five_are_enough_for_the_operator(settings):
    settings.FER_MIN_GROUP = 5


def page_of(browser, session):
    return browser.get(reverse("join", args=[session.join_code]))


def joined(session, count=1):
    """Students who read the page and said yes to both, as browsers do."""
    return [said_yes(Client(), session) for _ in range(count)]


def said_yes(browser, session):
    page = page_of(browser, session)
    answers = {"expression": "yes", "pulse": "yes", "read": page.context["form"].now}
    url = reverse("join", args=[session.join_code])
    answer = browser.post(url, answers)
    assert answer.url == reverse("join-class", args=[session.join_code])
    return browser


def closed_minute(session, index=0, store=None):
    """A minute in which every student was there and was read; the first one."""
    store = store or MemoryStore()
    for person in session.participants.all():
        store.note_present(session.pk, index, {person.pk})
        for _ in range(4):
            store.add(session.pk, index, person.pk, HAPPY)
    end = session.minute_starts_at(index + 1).timestamp()
    close_due_minutes(store=store, now=end + 10)
    return ClassMinute.objects.get(session=session, index=index)


def test_the_text_names_every_reader_so_that_a_colleague_added_later_is_no_new_one(
    session, teacher, browser_of
):
    session.course = CourseFactory(teacher=teacher)
    session.save(update_fields=["course"])
    text = page_of(Client(), session).content.decode()
    joined(session, 6)
    closed_minute(session)

    colleague = CoTeacherFactory(course=session.course).user

    rows = browser_of(colleague).get(reverse("session-json", args=[session.pk]))
    assert rows.json()["minutes"][0]["status"] == MinuteStatus.RELEASED
    readers = "Your teacher, other teachers of the course and the"
    assert text.count(readers) == len(Purpose)


def test_a_smaller_group_in_mid_class_shows_no_group_under_what_was_read(
    session, decide
):
    decide(min_group=10)
    joined(session, 6)

    decide(min_group=5)

    minute = closed_minute(session)
    assert (minute.status, minute.size, minute.pulse) == (
        MinuteStatus.TOO_FEW,
        None,
        None,
    )


def test_the_next_class_shows_what_its_own_students_read(session, decide, teacher):
    decide(min_group=10)
    joined(session)
    decide(min_group=5)
    following = ClassSessionFactory(teacher=teacher, live=True)

    joined(following, 6)

    assert closed_minute(following).status == MinuteStatus.RELEASED
    assert set(
        Consent.objects.filter(participant__session=following).values_list(
            "min_group", "kept_days"
        )
    ) == {(5, 365)}


def test_a_larger_group_holds_at_once_and_stays_for_whoever_read_it(session, decide):
    decide(min_group=5)
    joined(session, 5)
    decide(min_group=8)
    joined(session, 2)

    decide(min_group=5)

    assert closed_minute(session).status == MinuteStatus.TOO_FEW
    assert "at least 8 students" in page_of(Client(), session).content.decode()


def test_a_larger_group_in_mid_class_loses_no_minute_and_says_why_there_are_no_numbers(
    session, decide, teacher, browser_of
):
    decide(min_group=5)
    joined(session, 9)
    store = MemoryStore()
    before = closed_minute(session, 0, store)
    kept = (before.size, before.groups, before.pulse)

    decide(min_group=12)
    joined(session, 6)
    after = [closed_minute(session, index, store) for index in range(1, 6)]

    # Fifteen are there, and the group of nine goes on until the mark after five minutes.
    assert [minute.status for minute in (before, *after)] == [
        MinuteStatus.RELEASED,
        *[MinuteStatus.TOO_FEW] * 4,
        MinuteStatus.RELEASED,
    ]
    assert after[-1].size >= 12
    before.refresh_from_db()
    assert (before.size, before.groups, before.pulse) == kept
    browser = browser_of(teacher)
    page = browser.get(reverse("session-detail", args=[session.pk])).content.decode()
    assert "only for at least 12 students" in page
    rows = browser.get(reverse("session-json", args=[session.pk])).json()["minutes"]
    assert [row["index"] for row in rows] == [*range(6)]


def test_every_page_of_the_class_says_what_holds_for_it(
    session, decide, teacher, browser_of
):
    decide(min_group=10, sessions_kept_days=30)
    [student] = joined(session)
    decide(min_group=5, sessions_kept_days=900)

    consent = page_of(Client(), session).content.decode()
    mine = student.get(reverse("join-my-data", args=[session.join_code]))
    dashboard = browser_of(teacher).get(reverse("session-detail", args=[session.pk]))

    assert "at least 10 students" in consent
    assert "for 30 days after the lesson" in consent
    assert "numbers only for at least 10 students" in mine.content.decode()
    assert "kept for 30 days" in mine.content.decode()
    assert "deleted 30 days after the lesson" in mine.content.decode()
    assert dashboard.context["min_group"] == 10


def test_what_was_read_is_in_the_receipt(session, decide):
    decide(min_group=10, sessions_kept_days=30)
    [student] = joined(session)

    url = reverse("join-my-data-receipt", args=[session.join_code])
    [first, _] = student.get(url).json()["decisions"]

    assert first["numbers_shown_from_students"] == 10
    assert first["kept_days_after_the_class"] == 30


@pytest.mark.parametrize("wider", [{"min_group": 5}, {"sessions_kept_days": 900}])
def test_a_page_from_before_a_wider_rule_still_says_what_holds(session, decide, wider):
    decide(min_group=10, sessions_kept_days=30)
    old = page_of(Client(), session).context["form"].now
    decide(**wider)

    url = reverse("join", args=[session.join_code])
    Client().post(url, {"expression": "yes", "read": old})

    [read] = Consent.objects.filter(given=True).values("min_group", "kept_days")
    assert read == {"min_group": 10, "kept_days": 30}


@pytest.mark.parametrize("stricter", [{"min_group": 12}, {"sessions_kept_days": 20}])
def test_a_page_from_before_a_stricter_rule_is_read_again(session, decide, stricter):
    decide(min_group=10, sessions_kept_days=30)
    student = Client()
    old = page_of(student, session).context["form"].now
    decide(**stricter)

    url = reverse("join", args=[session.join_code])
    answer = student.post(url, {"expression": "yes", "read": old})

    assert "The rules have changed" in answer.content.decode()
    assert not Consent.objects.exists()
    said_yes(student, session)


@pytest.mark.parametrize("state", [{}, {"live": True}, {"ended": True}])
def test_relaxed_rules_tell_nobody_whether_anybody_has_joined(
    state, decide, teacher, browser_of
):
    decide(min_group=10, sessions_kept_days=30)
    joined_one, empty = ClassSessionFactory.create_batch(2, teacher=teacher)
    joined(joined_one)
    values = ClassSessionFactory.build(**state).__dict__
    kept = ("state", "started_at", "ended_at")
    ClassSession.objects.update(**{name: values[name] for name in kept})

    decide(min_group=12, sessions_kept_days=20)
    decide(min_group=5, sessions_kept_days=900)

    held = [
        browser_of(teacher).get(reverse("session-detail", args=[session.pk])).context
        for session in (joined_one, empty)
    ]
    assert [(page["min_group"], page["sessions_kept_days"]) for page in held] == [
        (12, 20),
        (12, 20),
    ]


def test_what_an_operator_made_stricter_stays_for_whoever_read_it(session, settings):
    settings.FER_MIN_GROUP = 12
    joined(session)
    settings.FER_MIN_GROUP = 5

    assert "at least 12 students" in page_of(Client(), session).content.decode()


def test_a_class_is_not_kept_longer_than_one_of_its_students_read(session, decide):
    decide(sessions_kept_days=30)
    joined(session)
    decide(sessions_kept_days=60)
    ago = timezone.now() - dt.timedelta(days=31)
    longer = ClassSessionFactory(ended=True)
    ClassSession.objects.update(started_at=ago, ended_at=ago, state="ended")

    assert set(outdated(now=timezone.now())["lessons"]) == {session}
    retention.purge(now=timezone.now())

    assert set(ClassSession.objects.all()) == {longer}


def test_fewer_days_hold_for_every_class(session, decide):
    decide(sessions_kept_days=60)
    joined(session)
    decide(sessions_kept_days=30)
    ago = timezone.now() - dt.timedelta(days=31)
    ClassSession.objects.update(started_at=ago, ended_at=ago, state="ended")

    assert set(outdated(now=timezone.now())["lessons"]) == {session}


def test_a_yes_on_the_class_page_is_held_to_the_same(session, decide, browser_with):
    decide(min_group=10)
    [student] = joined(session)
    choices = reverse("join-choices", args=[session.join_code])
    student.post(choices, {"expression": "off"})
    decide(min_group=5)

    student.post(choices, as_read(session) | {"expression": "on"})

    assert Consent.objects.filter(purpose=Purpose.EXPRESSION).last().min_group == 10


def test_a_yes_that_does_not_say_what_was_read_is_none(session, browser_with):
    """Nor is one of a page that lost the field that says so."""
    answer = Client().post(
        reverse("join", args=[session.join_code]), {"expression": "yes"}
    )
    assert "The rules have changed" in answer.content.decode()
    assert not session.participants.exists()

    eve = ParticipantFactory(session=session)
    browser_with(eve).post(
        reverse("join-choices", args=[session.join_code]), {"expression": "on"}
    )

    assert not eve.consents.exists()
