"""Two people who change the same at once: a page of before takes nobody's decision back."""

import datetime as dt
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from sessions_app.models import ClassSession, Course, LtiPlatform, Policy, User
from sessions_app.services import plans, topics
from tests.sessions_app.factories import (
    ClassSessionFactory,
    CoTeacherFactory,
    CourseFactory,
    MarkFactory,
    UserFactory,
    WebhookFactory,
)

pytestmark = pytest.mark.django_db


class _Fields(HTMLParser):
    """What a browser sends of the forms of a page."""

    def __init__(self):
        super().__init__()
        self.sent, self._select, self._area = {}, None, None

    def handle_starttag(self, tag, attrs):
        its = dict(attrs)
        if tag == "input" and its.get("name"):
            box = its.get("type") in {"checkbox", "radio"}
            if (not box or "checked" in its) and "disabled" not in its:
                self.sent[its["name"]] = its.get("value", "on" if box else "")
        elif tag == "select":
            self._select = its.get("name")
        elif tag == "option" and self._select and "selected" in its:
            self.sent[self._select] = its.get("value", "")
        elif tag == "textarea":
            self._area = its.get("name")
            self.sent[self._area] = ""

    def handle_data(self, data):
        if self._area:
            self.sent[self._area] += data

    def handle_endtag(self, tag):
        if tag == "textarea":
            self._area = None
        elif tag == "select":
            self._select = None


def shown(browser, url, field=""):
    """What the first form of a page with that field sends when nothing is changed."""
    page = browser.get(url).content.decode().partition("<main")[2]
    for form in re.findall(r"<form [^>]*\bmethod=\"post\".*?</form>", page, re.DOTALL):
        fields = _Fields()
        fields.feed(form)
        if field in {"", *fields.sent}:
            return fields.sent
    raise AssertionError(f"No form of {url} has {field}.")


def send(browser, url, page, /, **changed):
    """Send a page's form with some fields changed; None takes a tick away."""
    sent = {k: v for k, v in (page | changed).items() if v is not None}
    answer = browser.post(url, sent)
    why = re.findall(r"errorlist.*", answer.content.decode())
    assert answer.status_code == 302, why


@pytest.fixture
def policy(decide):
    decide(jurisdiction="other", expression_on=True, min_group=10)
    return reverse("policy")


def test_an_admins_page_of_before_takes_no_declaration_back(policy, browser_of, boss):
    one, other = browser_of(UserFactory(admin=True)), browser_of(boss)
    before = shown(one, policy)

    send(other, policy, shown(other, policy), jurisdiction="eu")
    send(one, policy, before, contact="Frau Ada, 030 123")

    now = Policy.objects.get()
    assert (now.jurisdiction, now.expression_on) == ("eu", False)
    assert now.contact == "Frau Ada, 030 123"


def test_what_both_change_is_as_the_later_one_says(policy, browser_of, boss):
    one, other = browser_of(UserFactory(admin=True)), browser_of(boss)
    before = shown(one, policy)

    send(other, policy, shown(other, policy), min_group="20", expression_on=None)
    send(one, policy, before, min_group="15")

    now = Policy.objects.get()
    assert (now.min_group, now.expression_on) == (15, False)


def test_a_page_that_shows_the_rules_of_a_place_is_saved_as_a_whole(
    policy, browser_of, boss
):
    office = browser_of(boss)
    preview = f"{policy}?place=eu"

    send(office, preview, shown(office, preview))

    assert Policy.objects.get().jurisdiction == "eu"


def test_a_page_of_before_gives_no_role_back(browser_of, boss):
    admin = UserFactory(admin=True, name="Dan")
    page = reverse("person", args=[admin.pk])
    one, other = browser_of(UserFactory(admin=True)), browser_of(boss)
    before = shown(one, page)

    send(other, page, shown(other, page), role="teacher")
    send(one, page, before, name="Dana")

    now = User.objects.get(pk=admin.pk)
    assert (now.name, now.role) == ("Dana", "teacher")


def test_a_page_of_before_of_the_admin_site_gives_no_role_back(browser_of, boss):
    admin = UserFactory(admin=True, name="Dan")
    page = reverse("admin:sessions_app_user_change", args=[admin.pk])
    one, other = browser_of(UserFactory(admin=True)), browser_of(boss)
    before = shown(one, page, "role")

    send(other, page, shown(other, page, "role"), role="teacher", is_active=None)
    send(one, page, before, name="Dana")

    now = User.objects.get(pk=admin.pk)
    assert (now.name, now.role, now.is_active) == ("Dana", "teacher", False)


def test_a_page_of_before_makes_no_student_older(browser_of, boss, teacher):
    course = CourseFactory(teacher=teacher, age_band="adults")
    page = reverse("course-edit", args=[course.pk])
    one, other = browser_of(teacher), browser_of(boss)
    before = shown(one, page)

    send(other, page, shown(other, page), age_band="under_13")
    send(one, page, before, title="Rings")

    now = Course.objects.get()
    assert (now.title, now.age_band) == ("Rings", "under_13")


def test_a_page_of_before_shows_students_no_result_again(browser_of, boss, teacher):
    lesson = ClassSessionFactory(teacher=teacher, students_see=True)
    page = reverse("session-edit", args=[lesson.pk])
    one, other = browser_of(teacher), browser_of(boss)
    before = shown(one, page)

    send(other, page, shown(other, page), students_see=None, expression_on=None)
    send(one, page, before, title="Rings")

    now = ClassSession.objects.get()
    assert (now.title, now.students_see, now.expression_on) == ("Rings", False, False)


def test_a_lesson_that_would_ask_for_nothing_is_said_on_the_form(
    browser_of, boss, teacher
):
    lesson = ClassSessionFactory(teacher=teacher)
    page = reverse("session-edit", args=[lesson.pk])
    one, other = browser_of(teacher), browser_of(boss)
    before = shown(one, page)
    send(other, page, shown(other, page), expression_on=None)

    del before["pulse_on"]
    answer = one.post(page, before)

    assert answer.status_code == 200
    assert "Choose at least one signal" in answer.content.decode()
    assert ClassSession.objects.get().pulse_on


def test_a_page_of_before_lets_no_deployment_in_again(browser_of, boss):
    platform = LtiPlatform.objects.create(
        name="LMS",
        issuer="https://lms.example.org",
        client_id="c",
        auth_url="https://lms.example.org/auth",
        jwks_url="https://lms.example.org/keys",
        deployments=["1", "2"],
        pages=["https://lms.example.org"],
    )
    page = reverse("lti-platform", args=[platform.pk])
    one, other = browser_of(UserFactory(admin=True)), browser_of(boss)
    before = shown(one, page)

    send(other, page, shown(other, page), deployments="1", makes_accounts=None)
    send(one, page, before, name="Moodle")

    now = LtiPlatform.objects.get()
    assert (now.name, now.deployments, now.makes_accounts) == ("Moodle", ["1"], False)


def test_a_page_of_before_takes_no_answers_of_the_pulse_back(browser_of, boss, teacher):
    course = CourseFactory(teacher=teacher)
    page = reverse("course-edit", args=[course.pk])
    one, other = browser_of(teacher), browser_of(boss)
    before = shown(one, page)

    words = {"pulse_choices_words_1": "Yes", "pulse_choices_words_2": "No"}
    send(other, page, shown(other, page), **words)
    send(one, page, before, title="Rings")

    now = Course.objects.get()
    assert now.title == "Rings"
    assert [each["words"] for each in now.pulse_choices] == ["Yes", "No"]
    send(one, page, shown(one, page) | dict.fromkeys(words, ""))
    assert Course.objects.get().pulse_choices is None


def test_a_page_of_before_takes_no_times_and_no_course_of_a_lesson_back(
    browser_of, boss, teacher
):
    course = CourseFactory(teacher=teacher)
    lesson = ClassSessionFactory(
        teacher=teacher, planned_at=dt.datetime(2030, 5, 6, 8, 0, 30, tzinfo=dt.UTC)
    )
    page = reverse("session-edit", args=[lesson.pk])
    one, other = browser_of(teacher), browser_of(boss)
    before = shown(one, page)

    moved = {
        "planned_at": "2030-05-07T09:00",
        "planned_end_at": "2030-05-07T10:00",
        "frame_interval_s": "5",
        "course": str(course.pk),
    }
    send(other, page, shown(other, page), **moved)
    send(one, page, before, title="Rings")

    now = ClassSession.objects.get()
    assert (now.title, now.course, now.frame_interval_ms) == ("Rings", course, 5000)
    assert [now.planned_at.hour, now.planned_end_at.hour] == [9, 10]


def test_later_lessons_get_what_holds_and_not_what_a_page_of_before_showed(
    browser_of, boss, teacher
):
    first = plans.create_weekly(
        teacher=teacher,
        weeks=2,
        zone=dt.UTC,
        title="Groups",
        planned_at=dt.datetime(2030, 5, 6, 8, tzinfo=dt.UTC),
        students_see=True,
    )
    page = reverse("session-edit", args=[first.pk])
    one, other = browser_of(teacher), browser_of(boss)
    before = shown(one, page)

    send(other, page, shown(other, page), students_see=None, following="on")
    send(one, page, before, title="Rings", following="on")

    assert {*ClassSession.objects.values_list("title", "students_see")} == {
        ("Rings", False)
    }


def test_a_page_of_before_gives_no_co_teacher_a_right_again(browser_of, boss, teacher):
    colleague = CoTeacherFactory(
        course=CourseFactory(teacher=teacher), may_run=True, may_delete=True
    )
    team = reverse("course-co-teachers", args=[colleague.course_id])
    rights = reverse("course-co-teacher", args=[colleague.course_id, colleague.pk])
    one, other = browser_of(teacher), browser_of(boss)
    before = shown(one, team)

    send(other, rights, shown(other, team), may_delete=None)
    send(one, rights, before, may_run=None)

    colleague.refresh_from_db()
    assert (colleague.may_run, colleague.may_delete) == (False, False)


def test_a_page_of_before_has_no_address_called_again(browser_of, boss):
    hook = WebhookFactory(url="https://old.example.org/", events=["session.ended"])
    page = reverse("webhook", args=[hook.pk])
    one, other = browser_of(UserFactory(admin=True)), browser_of(boss)
    before = shown(one, page, "url")

    send(other, page, before, url="https://new.example.org/")
    send(one, page, before, kind="chat")

    hook.refresh_from_db()
    assert (hook.url, hook.kind) == ("https://new.example.org/", "chat")


def test_the_first_decision_of_two_admins_takes_nothing_back(browser_of, boss):
    page = reverse("policy")
    one, other = browser_of(UserFactory(admin=True)), browser_of(boss)
    before = shown(one, page)

    send(other, page, before, jurisdiction="other", min_group="20", contact="Ada")
    send(one, page, before, jurisdiction="eu")

    now = Policy.objects.get()
    assert (now.jurisdiction, now.min_group, now.contact) == ("eu", 20, "Ada")
    assert not now.expression_on


def test_the_rules_of_a_place_take_no_stricter_decision_back(policy, browser_of, boss):
    one, other = browser_of(UserFactory(admin=True)), browser_of(boss)
    preview = f"{policy}?place=us_higher"
    before = shown(one, preview)

    send(other, policy, shown(other, policy), min_group="20", expression_on=None)
    send(one, preview, before)

    now = Policy.objects.get()
    assert now.jurisdiction == "us_higher"
    assert (now.min_group, now.expression_on) == (20, False)


def test_a_page_of_before_takes_no_words_to_the_class_back(browser_of, boss, teacher):
    lesson = ClassSessionFactory(teacher=teacher, live=True)
    reply = MarkFactory(session=lesson, kind="reply", at=lesson.started_at, word="Now")
    page = reverse("session-topics", args=[lesson.pk])
    one, other = browser_of(teacher), browser_of(boss)
    before = shown(one, page, "mark")

    send(other, page, before, word="Later")
    moved = lesson.started_at.replace(microsecond=0) + dt.timedelta(seconds=2)
    send(one, page, before, at=f"{moved:%Y-%m-%dT%H:%M:%S}")

    reply.refresh_from_db()
    assert (reply.word, reply.at) == ("Later", moved)


def test_a_page_of_before_brings_no_topic_back_that_has_begun(browser_of, teacher):
    lesson = ClassSessionFactory(teacher=teacher, live=True, agenda=["Rings", "Fields"])
    page, browser = reverse("session-agenda", args=[lesson.pk]), browser_of(teacher)
    before = shown(browser, page)

    topics.begin(session=lesson, by=teacher)
    send(browser, page, before)

    lesson.refresh_from_db()
    assert lesson.agenda == ["Fields"]
