"""How a course went: lesson by lesson, and two lessons compared."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from sessions_app.minutes.kept_figures import keep
from sessions_app.models import AuditEntry, ClassSession
from sessions_app.selectors import course_trend as selector
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    MarkFactory,
)

pytestmark = pytest.mark.django_db

CALM = {"pleased": 0.05, "calm": 0.9, "strained": 0.05}
MERRY = {"pleased": 0.9, "calm": 0.05, "strained": 0.05}


def held(course, groups, *, weeks_ago=0, minutes=12, **values):
    """A lesson that is over, and whose minutes all show the same groups."""
    began = timezone.now() - dt.timedelta(weeks=weeks_ago, hours=2)
    session = ClassSessionFactory(
        teacher=course.teacher, course=course, ended=True, started_at=began, **values
    )
    for index in range(minutes):
        shown = {"released": True, "groups": groups, "size": 25 + 5 * (index % 2)}
        ClassMinuteFactory(session=session, index=index, **(shown if groups else {}))
    return session


@pytest.fixture
def course(teacher):
    return CourseFactory(teacher=teacher, title="Rings", term="Autumn")


@pytest.fixture
def lessons(course):
    lessons = [
        held(course, CALM, weeks_ago=2, title="Ideals", note="Too long."),
        held(course, None, weeks_ago=1, title="Nobody there"),
        held(course, MERRY, title="Fields"),
    ]
    ClassSessionFactory(teacher=course.teacher, course=course, title="A draft")
    keep(course.class_sessions.filter(state="ended"))
    return lessons


@pytest.fixture
def look(teacher, browser_of, course):
    browser = browser_of(teacher)

    def look(**asked):
        page = browser.get(reverse("course-trend", args=[course.pk]), asked)
        assert page.status_code == 200
        return page

    return look


def test_lessons_with_numbers_stand_in_order(look, lessons):
    page = look()

    trend = page.context["trend"]
    assert [each.session.title for each in trend.lessons] == ["Ideals", "Fields"]
    assert trend.counted == 2
    text = page.content.decode()
    assert "Nobody there" not in text
    assert "A draft" not in text
    assert text.index("Ideals") < text.index("Fields")


def test_charts_and_tables_say_the_same(look, lessons):
    page = look()

    text = page.content.decode()
    for lesson in page.context["trend"].lessons:
        for each in [*lesson.looks, *lesson.said]:
            assert f"{each.percent} % ± {each.band}</title>" in text
            assert f"{each.percent} % <span" in text
    _, _, content = text.partition("<main")
    assert content.count("<svg viewBox") == 8  # three looks, four taps, who answered


def test_the_newest_two_are_compared_until_others_are_chosen(look, lessons):
    page = look()

    found = page.context["comparison"]
    newest = [page.context["trend"].lesson(lessons[n].pk) for n in (0, 2)]
    assert [found.first, found.second] == [lesson.span for lesson in newest]
    assert "Pleased" in found.told[0] or "Pleased" in " ".join(found.told)
    assert "points more in the second" in page.content.decode()


def test_that_no_difference_can_be_told_is_an_answer(look, lessons, course):
    again = held(course, MERRY, title="Fields again")
    keep(course.class_sessions.filter(pk=again.pk))

    page = look(first=str(lessons[2].pk), second=str(again.pk))

    assert page.context["comparison"].told == []
    assert "No difference can be told" in page.content.decode()


@pytest.mark.parametrize("wrong", ["", "nonsense", "hers", "empty"])
def test_a_lesson_that_cannot_be_compared_is_said(look, lessons, wrong):
    asked = {
        "hers": str(held(CourseFactory(), CALM).pk),
        "empty": str(lessons[1].pk),
    }.get(wrong, wrong)

    page = look(first=asked, second=str(lessons[2].pk))

    assert page.context["comparison"] is None
    assert "Choose two lessons of this course" in page.content.decode()
    assert "Ideals" in page.content.decode()


def test_a_lesson_is_not_compared_with_itself(look, lessons):
    page = look(first=str(lessons[0].pk), second=str(lessons[0].pk))

    assert page.context["comparison"] is None
    assert "Choose two different lessons." in page.content.decode()


def test_of_one_lesson_nothing_is_compared(look, course):
    held(course, CALM, title="Ideals")
    keep(ClassSession.objects.all())

    assert "a second lesson" in look().content.decode()


def test_a_course_without_numbers_says_so(look, course):
    held(course, None)
    keep(ClassSession.objects.all())

    assert "No numbers yet" in look().content.decode()


def test_topics_of_one_name_are_one_topic(look, lessons):
    for lesson in (lessons[0], lessons[2]):
        MarkFactory(session=lesson, kind="topic", word="Ideals", at=lesson.started_at)
    middle = lessons[2].minute_starts_at(6)
    MarkFactory(session=lessons[2], kind="topic", word="PROOFS", at=middle)

    page = look()

    ideals, proofs = page.context["topics"]
    assert (ideals.word, ideals.lessons, ideals.span.minutes) == ("Ideals", 2, 18)
    assert (proofs.word, proofs.lessons, proofs.span.minutes) == ("PROOFS", 1, 6)
    assert proofs.span.groups["pleased"] > ideals.span.groups["pleased"]
    text = page.content.decode()
    assert text.index("Topics side by side") < text.index("PROOFS")


def test_a_lesson_without_topics_has_none_side_by_side(look, lessons):
    assert "Topics side by side" not in look().content.decode()


def test_a_note_is_shown_to_its_teacher_alone(look, lessons, course, boss, browser_of):
    assert "Too long." in look().content.decode()

    seen = browser_of(boss).get(reverse("course-trend", args=[course.pk]))

    assert "Ideals" in seen.content.decode()
    assert "Too long." not in seen.content.decode()


def test_a_long_course_shows_its_newest_lessons(look, lessons, monkeypatch):
    monkeypatch.setattr(selector, "MOST_LESSONS", 1)

    page = look()

    [only] = page.context["trend"].lessons
    assert only.session == lessons[2]
    assert page.context["trend"].counted == 2
    assert page.context["trend"].whole.minutes == 24
    assert "The charts show the newest lesson." in page.content.decode()


def test_however_many_lessons_the_questions_are_the_same(
    look, lessons, course, django_assert_max_num_queries
):
    look()  # the policy, and the audit's first entry
    for week in range(6):
        held(course, CALM, weeks_ago=3 + week, minutes=2)
    keep(course.class_sessions.filter(state="ended"))

    with django_assert_max_num_queries(12):
        look()


def test_the_course_page_says_how_it_went(teacher, browser_of, course, lessons):
    page = browser_of(teacher).get(reverse("course-detail", args=[course.pk]))

    text = page.content.decode()
    assert reverse("course-trend", args=[course.pk]) in text
    assert "lessons with numbers, taken together" in text


def test_who_looked_is_in_the_audit(look, lessons, teacher):
    AuditEntry.objects.all().delete()

    look()

    [entry] = AuditEntry.objects.filter(actor=teacher.email, action="viewed")
    assert "side by side" in entry.detail
