"""The page of totals: whose lessons, which filters, what can be told of two sets."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from sessions_app.enums import GroupBy
from sessions_app.minutes.kept_figures import keep
from sessions_app.models import ClassSession
from tests.sessions_app.factories import (
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
)

pytestmark = pytest.mark.django_db
MONDAY = dt.datetime(2026, 11, 2, 9, 15, tzinfo=dt.UTC)


def held(teacher, title, days=0, minutes=30, **options):
    at = MONDAY + dt.timedelta(days=days)
    session = ClassSessionFactory(
        teacher=teacher,
        title=title,
        state="ended",
        created_at=at,
        started_at=at,
        ended_at=at + dt.timedelta(hours=1),
    )
    for index in range(minutes):
        ClassMinuteFactory(session=session, index=index, released=True, **options)
    keep(ClassSession.objects.filter(pk=session.pk))
    return session


def lines(page):
    return [
        [(line.label, line.lessons, line.minutes) for line in section.lines]
        for section in page.context["sections"]
    ]


def test_a_teacher_sees_what_an_admin_sees_of_that_teacher(
    teacher, colleague, boss, browser_of
):
    held(teacher, "Rings")
    held(colleague, "Choir", days=1, minutes=5)
    url, own = reverse("totals"), {"teacher": teacher.pk, "by": "weekday"}

    by_teacher = browser_of(teacher).get(url, {"by": "weekday"})
    by_admin = browser_of(boss).get(url, own)

    assert lines(by_teacher) == lines(by_admin) == [[("Monday", 1, 30)]] * 2
    shown = [
        [line.shares for section in page.context["sections"] for line in section.lines]
        for page in (by_teacher, by_admin)
    ]
    assert shown[0] == shown[1]
    foreign = browser_of(teacher).get(url, {"teacher": colleague.pk})
    assert lines(foreign)[0] == [("2 Nov 2026", 1, 30)]


@pytest.mark.parametrize("by", GroupBy.values)
def test_each_group_leads_to_its_lessons(by, teacher, colleague, boss, browser_of):
    held(teacher, "Rings")
    held(colleague, "Choir", days=9)
    browser = browser_of(boss)

    page = browser.get(reverse("totals"), {"by": by, "q": "Rings"})

    [line] = page.context["sections"][0].lines
    listed = browser.get(line.address)
    assert [session.title for session, _ in listed.context["rows"]] == ["Rings"]
    assert not listed.context["filter_form"].errors


def test_a_week_that_is_cut_by_the_filters_leads_to_its_part(teacher, boss, browser_of):
    held(teacher, "Rings")
    held(teacher, "Fields", days=2)
    browser = browser_of(boss)

    page = browser.get(reverse("totals"), {"since": "2026-11-04"})

    [line] = page.context["sections"][0].lines
    assert "since=2026-11-04&" in line.address
    assert "until=2026-11-08" in line.address


WRONG = {
    "since=2026-11-08&until=2026-11-07": "This day is before the first one",
    "course=999999": "Select a valid choice",
    "course=x": "Select a valid choice",
    "teacher=999999": "Select a valid choice",
    "term=Nowhere": "Select a valid choice",
    "weekday=8": "Select a valid choice",
    "hour=24": "Select a valid choice",
    "by=mood": "Select a valid choice",
    "since=yesterday": "Enter a valid date",
}


@pytest.mark.parametrize(("query", "says"), WRONG.items())
def test_a_wrong_filter_is_named_and_no_number_is_shown(
    query, says, teacher, boss, browser_of
):
    held(teacher, "Rings")

    page = browser_of(boss).get(f"{reverse('totals')}?{query}")

    text = page.content.decode()
    assert says in text
    assert "A filter is wrong" in text
    assert page.context["sections"][0].lines == []


def test_lessons_without_a_number_say_so(teacher, boss, browser_of):
    session = ClassSessionFactory(teacher=teacher, ended=True)
    ClassMinuteFactory(session=session)
    keep(ClassSession.objects.all())

    for by in ("week", "teacher"):
        page = browser_of(boss).get(reverse("totals"), {"by": by})
        assert re.search("[Nn]o (minute has )?numbers", page.content.decode())


def test_without_a_lesson_there_are_no_totals(boss, browser_of):
    page = browser_of(boss).get(reverse("totals"))

    assert "Numbers stand here once a lesson is over." in page.content.decode()


def test_nothing_is_in_the_order_of_what_was_measured(
    teacher, colleague, boss, browser_of
):
    type(boss).objects.filter(pk=teacher.pk).update(name="Ada")
    type(boss).objects.filter(pk=colleague.pk).update(name="Ben")
    calm = {"groups": {"pleased": 0.0, "calm": 1.0, "strained": 0.0}}
    for happier, other in ((teacher, colleague), (colleague, teacher)):
        ClassSession.objects.all().delete()
        held(happier, "Rings", minutes=40)
        held(other, "Choir", **calm)

        page = browser_of(boss).get(reverse("totals"), {"by": "teacher"})

        for section in page.context["sections"]:
            assert [line.label for line in section.lines] == ["Ada", "Ben"]
        assert "sort" not in page.content.decode()


# --- two sets -----------------------------------------------------------------------------


def compared(browser, **query):
    page = browser.get(
        reverse("totals-compare"), {k.replace("_", "-"): v for k, v in query.items()}
    )
    assert page.status_code == 200
    return page


OCTOBER = {"first_since": "2026-10-01", "first_until": "2026-10-31"}
NOVEMBER = {"second_since": "2026-11-01", "second_until": "2026-11-30"}


def test_what_is_larger_than_its_band_is_told(teacher, boss, browser_of):
    lost = {
        "pulse": {
            "lost": 0.8,
            "too_fast": 0.0,
            "ok": 0.1,
            "too_slow": 0,
            "no_answer": 0.1,
        },
        "answers": {"lost": 0.9, "too_fast": 0.0, "ok": 0.1, "too_slow": 0.0},
        "pulse_size": 40,
    }
    for day in range(5):
        held(teacher, "Calm", days=day - 20)
        held(teacher, "Hard", days=day, **lost)

    page = compared(browser_of(boss), **OCTOBER, **NOVEMBER)

    said = {each.before.label: each for each in page.context["comparison"].said}
    assert said["lost"].told
    assert said["lost"].by > said["lost"].band > 0
    assert said["ok"].by < 0
    assert any(s.startswith("Lost: ") for s in page.context["comparison"].told)
    assert not any(each.told for each in page.context["comparison"].looks)


def test_no_difference_is_an_answer(teacher, boss, browser_of):
    held(teacher, "Rings", days=-20)
    held(teacher, "Groups")

    page = compared(browser_of(boss), **OCTOBER, **NOVEMBER)

    assert page.context["comparison"].told == []
    assert "No difference can be told" in page.content.decode()
    assert [row.lessons for row in page.context["rows"]] == [1, 1]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"first_since": "2027-01-01"}, "One of the two has no lesson"),
        (
            {"first_since": "2026-11-02", "first_until": "2026-11-01"},
            "This day is before the first one",
        ),
        ({"second_course": "999999"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_compared_says_why(query, says, teacher, boss, browser_of):
    held(teacher, "Rings")

    page = compared(browser_of(boss), **query)

    assert says in page.content.decode()
    assert "rows" not in page.context


def test_sets_without_numbers_cannot_be_compared(teacher, boss, browser_of):
    for _ in range(2):
        ClassMinuteFactory(session=ClassSessionFactory(teacher=teacher, ended=True))
    keep(ClassSession.objects.all())

    page = compared(browser_of(boss))

    assert "Nothing can be compared" in page.content.decode()


def test_the_days_before_are_compared_with_the_chosen_ones(teacher, boss, browser_of):
    held(teacher, "Rings")
    browser = browser_of(boss)
    page = browser.get(
        reverse("totals"), {"since": "2026-11-02", "until": "2026-11-08", "by": "hour"}
    )

    both = browser.get(page.context["compare_url"])

    first, second = both.context["first_form"], both.context["second_form"]
    assert [str(day) for day in (first.values()["since"], first.values()["until"])] == [
        "2026-10-26",
        "2026-11-01",
    ]
    assert second.chosen() == {"since": "2026-11-02", "until": "2026-11-08"}


def test_a_course_of_another_teacher_is_no_choice(teacher, colleague, browser_of):
    foreign = CourseFactory(teacher=colleague, term="Secret term")
    held(teacher, "Rings")
    browser = browser_of(teacher)

    page = browser.get(reverse("totals"), {"course": foreign.pk})

    assert "Select a valid choice" in page.content.decode()
    assert "Secret term" not in page.content.decode()


@pytest.mark.parametrize("by", GroupBy.values)
def test_the_number_of_queries_does_not_grow(by, teacher, boss, browser_of):
    browser, counts = browser_of(boss), []
    for number in range(2):
        course = CourseFactory(teacher=teacher, term=f"Term {number}")
        ClassSession.objects.filter(pk=held(teacher, "A", days=9 * number).pk).update(
            course=course
        )
        with CaptureQueriesContext(connection) as captured:
            browser.get(reverse("totals"), {"by": by})
        counts.append(len(captured))
    assert counts[0] - counts[1] <= 1  # the first look is written down
    assert counts[1] <= counts[0] <= 9
