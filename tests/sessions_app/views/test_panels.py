"""Panels in a frame of another site: who may show them, by which cookies, and what they show."""

import datetime as dt
import re
from http.cookies import SimpleCookie

import pytest
import time_machine
from django.conf import settings as ours
from django.contrib.auth.signals import user_logged_in
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from fer_platform.asgi import application
from sessions_app import clock
from sessions_app.enums import Purpose
from sessions_app.minutes.memory_store import MemoryStore
from sessions_app.minutes.running_session import running_session
from sessions_app.models import AuditEntry, LogIn
from sessions_app.selectors.visible import user_of
from sessions_app.services import consent, log_ins
from sessions_app.web import participant_cookie
from sessions_app.web.frames import PANELS, _own
from tests.sessions_app.factories import (
    PASSWORD,
    ClassMinuteFactory,
    ClassSessionFactory,
    CourseFactory,
    UserFactory,
    as_read,
)
from tests.sessions_app.live.consumers.class_room import HAPPY, ClassRoom, in_thread
from tests.sessions_app.live.patient_socket import PatientSocket
from tests.sessions_app.views.access_matrix import named_urls
from tests.sessions_app.views.conftest import undone
from tests.sessions_app.views.test_headers import directives_of

pytestmark = pytest.mark.django_db

MEETING, LMS = "https://meet.example.org", "https://lms.example.org"
CLICKED = {
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_REFERER": f"http://testserver{PANELS}j/ABCDEFGH/",
}
IN_A_FRAME = {"panel-student", "panel-teacher"}


@pytest.fixture(autouse=True)
def _two_sites_may_show_panels(settings):
    settings.FER_FRAME_ORIGINS = [MEETING, LMS]


@pytest.fixture
def lesson(teacher):
    return ClassSessionFactory(
        teacher=teacher, live=True, title="Rings", course=CourseFactory(teacher=teacher)
    )


@pytest.fixture
def frame():
    """A browser's frame; it begins without a cookie, and keeps its own."""
    return Client(enforce_csrf_checks=True)


@pytest.fixture
def tab():
    return Client()


def student_panel(lesson):
    return reverse("panel-student", args=[lesson.join_code])


def teacher_panel(lesson):
    return reverse("panel-teacher", args=[lesson.pk])


def link_in(page):
    return re.search(r'href="(/connect/[^"]+)"', page.content.decode())[1]


def text_of(page):
    body = page.content.decode().partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


def ask(frame, page):
    """What the script of an unconnected panel asks; None where cookies do not reach it."""
    shown = page.content.decode()
    url = re.search(r'data-arrived-url="([^"]+)"', shown)[1]
    token = re.search(r'data-csrf="([^"]+)"', shown)[1]
    answer = frame.post(url, headers={"X-CSRFToken": token})
    return None if answer.status_code == 403 else answer.json()["arrived"]


def join(tab, lesson, **answers):
    agreed = as_read(lesson) | {"expression": "yes", "pulse": "yes"} | answers
    return tab.post(reverse("join", args=[lesson.join_code]), agreed)


def connected(frame, tab, lesson):
    """A student's panel, connected by way of a tab."""
    page = frame.get(student_panel(lesson))
    tab.get(link_in(page), **CLICKED)
    join(tab, lesson)
    assert ask(frame, page)
    return frame.get(student_panel(lesson))


def let_in(frame, tab, lesson):
    """A teacher's panel, let in by a tab that is logged in."""
    page = frame.get(teacher_panel(lesson))
    tab.post(link_in(page))
    assert ask(frame, page)
    return frame.get(teacher_panel(lesson))


def news(frame, lesson):
    return frame.get(reverse("panel-student-news", args=[lesson.join_code]))


# --- who may show them --------------------------------------------------------------------


def test_panels_stand_in_frames_of_named_sites_alone_and_nothing_else_in_any(
    lesson, frame, arguments, browser_of, boss
):
    framed = set()
    for browser in (frame, browser_of(boss)):
        for space, name, _, methods in named_urls(get_resolver()):
            if space == "admin" or "GET" not in methods:
                continue
            with undone(browser):
                url = reverse(name, args=arguments(name))
                answer = browser.get(url)
            if name in IN_A_FRAME:
                framed.add(name)
                assert directives_of(answer)["frame-ancestors"] == [MEETING, LMS], url
                assert "X-Frame-Options" not in answer, url
            else:
                assert directives_of(answer)["frame-ancestors"] == ["'none'"], url
                assert answer["X-Frame-Options"] == "DENY", url

    assert framed == IN_A_FRAME


@pytest.mark.parametrize("name", sorted(IN_A_FRAME))
def test_a_page_that_says_why_not_stands_in_the_frame_too(name, lesson, frame):
    of = (
        ["NOTTHERE"]
        if name == "panel-student"
        else ["0" * 8 + "-0000" * 3 + "-" + "0" * 12]
    )

    answer = frame.get(reverse(name, args=of))

    assert answer.status_code == 404
    assert directives_of(answer)["frame-ancestors"] == [MEETING, LMS]
    assert "no such lesson" in text_of(answer)


def test_without_a_named_site_there_are_no_panels(lesson, frame, tab, settings):
    link = link_in(frame.get(student_panel(lesson)))
    settings.FER_FRAME_ORIGINS = []

    for url in (student_panel(lesson), teacher_panel(lesson), link):
        answer = frame.get(url)
        assert answer.status_code == 404
        assert directives_of(answer)["frame-ancestors"] == ["'none'"]


# --- their cookies ------------------------------------------------------------------------


def test_every_cookie_of_a_panel_is_partitioned_and_of_a_name_of_its_own(
    lesson, frame, tab, settings
):
    settings.FER_COOKIE_PREFIX = "__Host-"
    settings.SESSION_COOKIE_NAME = "__Host-sessionid"
    settings.CSRF_COOKIE_NAME = "__Host-csrftoken"
    settings.LANGUAGE_COOKIE_NAME = "__Host-language"
    connected(frame, tab, lesson)
    frame.get(f"{student_panel(lesson)}?lang=de")

    names = {"csrftoken", "language", "student"}
    assert set(frame.cookies) == {f"__Host-panel-{name}" for name in names}
    for cookie in frame.cookies.values():
        written = cookie.OutputString()
        assert "; SameSite=None; Partitioned" in written
        assert "; Secure" in written
        assert "; HttpOnly" in written
        assert "; Path=/" in written
        assert "Domain" not in written


def test_a_panels_log_in_is_none_elsewhere_and_the_other_way_round(
    lesson, frame, teacher, browser_of
):
    tab = browser_of(teacher)
    let_in(frame, tab, lesson)

    assert "Rings" not in text_of(tab.get(teacher_panel(lesson)))
    page = frame.get(reverse("session-detail", args=[lesson.pk]))
    assert page.status_code == 302  # to the log-in
    other = frame.get(reverse("api-session-detail", args=[lesson.pk]))
    assert other.status_code == 401


@pytest.mark.parametrize(
    ("header", "own"),
    [
        ("", ""),
        ("sessionid=a", ""),
        ("panel-sessionid=a; sessionid=b", "sessionid=a"),
        ("sessionid=b; panel-student=c; panel-csrftoken=d", "student=c; csrftoken=d"),
        ("panel-=x; xpanel-student=y", "=x"),
    ],
)
def test_a_panel_knows_its_own_cookies_alone(header, own):
    assert ours.FER_COOKIE_PREFIX == ""
    assert _own(header) == own


def test_where_no_cookie_reaches_the_frame_the_panel_learns_so(lesson, frame):
    page = frame.get(student_panel(lesson))
    frame.cookies = SimpleCookie()

    assert ask(frame, page) is None
    said = text_of(page)
    assert "This browser keeps no cookies for a panel." in said
    own = reverse("join", args=[lesson.join_code])
    assert f'href="{own}" target="_blank"' in page.content.decode()


# --- a student's --------------------------------------------------------------------------


def test_a_student_is_asked_in_a_tab_and_the_panel_follows(lesson, frame, tab):
    page = frame.get(student_panel(lesson))
    assert ask(frame, page) is False

    led = tab.get(link_in(page), **CLICKED)
    assert led.url == reverse("join", args=[lesson.join_code])
    assert ask(frame, page) is False  # nobody has answered yet
    join(tab, lesson)
    assert ask(frame, page) is True

    panel = frame.get(student_panel(lesson))
    assert "How is it going for you?" in text_of(panel)
    assert "<video" not in panel.content.decode()
    assert lesson.participants.count() == 1
    assert lesson.participants.get().browsers.count() == 2


def test_a_student_who_takes_part_already_is_known_at_once(lesson, frame, tab):
    join(tab, lesson)
    page = frame.get(student_panel(lesson))

    tab.get(link_in(page), **CLICKED)

    assert ask(frame, page) is True
    assert lesson.participants.count() == 1


def test_a_link_that_was_not_clicked_in_a_panel_is_asked_about_first(
    lesson, frame, tab
):
    join(tab, lesson)
    page = frame.get(student_panel(lesson))
    for site in (
        {},
        CLICKED | {"HTTP_SEC_FETCH_SITE": "cross-site"},
        CLICKED | {"HTTP_REFERER": "http://testserver/login/?next=/connect/"},
    ):
        asked = tab.get(link_in(page), **site)
        assert asked.status_code == 200
        assert ask(frame, page) is False

    number = re.search(r"Number of this panel: (\d{4})", text_of(page))[1]
    assert f"it shows the number {number}" in text_of(asked)
    tab.post(link_in(page))
    assert ask(frame, page) is True


def test_a_panels_taps_are_the_students(lesson, frame, tab, monkeypatch):
    store = MemoryStore()
    monkeypatch.setattr("sessions_app.minutes.current_store._store", store)
    page = connected(frame, tab, lesson).content.decode()
    token = re.search(r'data-csrf="([^"]+)"', page)[1]
    url = reverse("panel-student-pulse", args=[lesson.join_code])

    assert frame.post(url, {"tap": "lost"}).status_code == 403  # no form of ours
    done = frame.post(url, {"tap": "lost"}, headers={"X-CSRFToken": token})

    assert done.status_code == 204
    [student] = lesson.participants.all()
    assert store.votes(lesson.pk, ago_s=0) == {student.pk: "lost"}


def test_the_news_tell_what_the_students_own_page_tells_and_no_more(
    lesson, frame, tab, monkeypatch
):
    store = MemoryStore()
    monkeypatch.setattr("sessions_app.minutes.current_store._store", store)
    assert news(frame, lesson).status_code == 403
    connected(frame, tab, lesson)

    told = news(frame, lesson).json()

    assert told == {
        "state": "live",
        "pulse_offered": True,
        "pulse": True,
        "camera": "not_read",
        "own": None,
        "choices": None,
        "result": None,
        "replies": [],
    }
    [student] = lesson.participants.all()
    minute = running_session(lesson).minute_at(clock.now_s())
    store.add(lesson.pk, minute, student.pk, HAPPY)
    assert news(frame, lesson).json()["camera"] == "read"
    store.forget_readings(lesson.pk, student.pk)
    assert news(frame, lesson).json()["camera"] == "not_read"
    consent.decide(participant=student, decisions={Purpose.EXPRESSION: False})
    assert news(frame, lesson).json()["camera"] == "not_shared"


def test_the_class_result_is_there_where_students_see_it(teacher, frame, tab):
    lesson = ClassSessionFactory(teacher=teacher, live=True, students_see=True)
    ClassMinuteFactory(session=lesson, index=0, released=True)
    lesson.closed_through = 0
    lesson.save()

    connected(frame, tab, lesson)

    shown = news(frame, lesson).json()["result"]
    assert shown["last_minute"]["groups"]


def test_who_leaves_in_the_tab_is_gone_from_the_panel(lesson, frame, tab):
    connected(frame, tab, lesson)

    tab.post(reverse("join-leave", args=[lesson.join_code]))

    assert news(frame, lesson).status_code == 403
    assert "Take part in the lesson" in text_of(frame.get(student_panel(lesson)))


def test_staff_connect_no_students_panel(lesson, frame, browser_of):
    page = frame.get(student_panel(lesson))

    answer = browser_of(UserFactory()).get(link_in(page), **CLICKED)

    assert "You are logged in as staff." in text_of(answer)
    assert ask(frame, page) is False


def test_one_panel_is_nobody_in_another_lesson(lesson, frame, tab, teacher):
    other = ClassSessionFactory(teacher=teacher, live=True)
    connected(frame, tab, lesson)

    assert news(frame, other).status_code == 403


def test_a_courses_panel_waits_for_the_lesson_that_runs(teacher, frame):
    course = CourseFactory(teacher=teacher, title="Algebra")
    url = reverse("panel-student", args=[course.join_code])
    asks = {"headers": {"Accept": "application/json"}}

    assert "No lesson is running now." in text_of(frame.get(url))
    assert frame.get(url, **asks).json() == {"open": False}
    ClassSessionFactory(course=course, teacher=teacher, live=True, title="Rings")
    assert frame.get(url, **asks).json() == {"open": True}
    assert "Rings" in text_of(frame.get(url))
    ClassSessionFactory(course=course, teacher=teacher, live=True)
    assert "Which lesson is yours?" in text_of(frame.get(url))


# --- a teacher's --------------------------------------------------------------------------


def test_a_panels_log_in_opens_nothing_else_under_whatever_name_its_cookie_comes(
    lesson, frame, teacher, browser_of
):
    """A program is no browser; and somebody may have let in a panel of somebody else."""
    let_in(frame, browser_of(teacher), lesson)
    thief = Client()
    thief.cookies["sessionid"] = frame.cookies["panel-sessionid"].value

    pages = [
        thief.get(reverse(name)) for name in ("security", "course-list", "session-list")
    ]
    programs = thief.get(reverse("api-session-list"))
    made = thief.post(reverse("course-new"), {"title": "Mine"})

    assert [page.status_code for page in pages] == [302] * 3
    assert programs.status_code in {401, 403}
    assert made.url.startswith(reverse("login"))
    assert "Rings" in text_of(frame.get(teacher_panel(lesson)))


def test_a_teachers_panel_tells_nobody_anything_before_a_tab_has_let_it_in(
    lesson, frame
):
    page = frame.get(teacher_panel(lesson))

    assert "Rings" not in page.content.decode()
    timeline = reverse("panel-timeline", args=[lesson.pk])
    assert frame.get(timeline).status_code == 401


def test_a_teacher_is_always_asked_and_lets_in_the_panel_with_the_same_number(
    lesson, frame, teacher, browser_of
):
    tab = browser_of(teacher)
    page = frame.get(teacher_panel(lesson))
    number = re.search(r"Number of this panel: (\d{4})", text_of(page))[1]

    asked = tab.get(link_in(page), **CLICKED)
    assert f"it shows the number {number}" in text_of(asked)
    assert ask(frame, page) is False
    tab.post(link_in(page))
    assert ask(frame, page) is True
    assert ask(frame, page) in {None, False}  # once

    panel = frame.get(teacher_panel(lesson))
    assert "Rings" in text_of(panel)
    shown = panel.content.decode()
    assert "<form" not in shown
    assert "data-next" not in shown  # to look at: nothing here changes the lesson
    timeline = reverse("panel-timeline", args=[lesson.pk])
    assert timeline in shown
    assert frame.get(f"{timeline}?after=-1").status_code == 200
    entries = AuditEntry.objects.filter(actor=teacher.email, action="viewed")
    assert "Panel" in entries.first().detail


def test_who_is_not_logged_in_logs_in_first_and_is_then_asked(
    lesson, frame, tab, teacher
):
    link = link_in(frame.get(teacher_panel(lesson)))

    led = tab.get(link, **CLICKED)
    assert led.url == f"{reverse('login')}?next={link.replace(':', '%3A')}"
    answers = {"username": teacher.email, "password": PASSWORD}
    back = tab.post(led.url, answers)
    assert "Connect a panel" in text_of(tab.get(back.url, **CLICKED))


def test_a_colleague_lets_no_panel_into_anothers_lesson(
    lesson, frame, colleague, browser_of
):
    page = frame.get(teacher_panel(lesson))

    for method in ("get", "post"):
        assert getattr(browser_of(colleague), method)(link_in(page)).status_code == 404
    assert ask(frame, page) is False


def test_a_panel_ends_with_the_log_in_that_let_it_in(
    lesson, frame, teacher, browser_of
):
    tab = browser_of(teacher)
    let_in(frame, tab, lesson)
    assert LogIn.objects.filter(user=teacher).count() == 2

    tab.post(reverse("logout"))

    assert not LogIn.objects.filter(user=teacher).exists()
    assert "Rings" not in text_of(frame.get(teacher_panel(lesson)))


def test_a_panel_ends_with_a_log_in_whose_time_is_over(
    lesson, frame, teacher, browser_of
):
    let_in(frame, browser_of(teacher), lesson)
    assert "Rings" in text_of(frame.get(teacher_panel(lesson)))

    tabs = LogIn.objects.filter(user=teacher, opened_by=None)
    tabs.update(expire_date=timezone.now())

    assert "Rings" not in text_of(frame.get(teacher_panel(lesson)))
    timeline = frame.get(reverse("panel-timeline", args=[lesson.pk]))
    assert timeline.status_code == 401
    key = frame.cookies[f"{ours.FER_COOKIE_PREFIX}panel-sessionid"].value
    assert user_of(key, in_panel=True) is None


def test_all_log_ins_that_end_take_their_panels_along(
    lesson, frame, teacher, browser_of
):
    let_in(frame, browser_of(teacher), lesson)

    log_ins.end_all(user=teacher, by=teacher)

    assert not LogIn.objects.filter(user=teacher).exists()


def test_a_log_in_that_ended_meanwhile_lets_nothing_in(
    lesson, frame, teacher, browser_of
):
    tab, page = browser_of(teacher), frame.get(teacher_panel(lesson))
    tab.post(link_in(page))

    tab.post(reverse("logout"))

    assert ask(frame, page) is False


def test_a_log_in_that_ends_while_a_panel_arrives_lets_nothing_in(
    lesson, frame, teacher, browser_of
):
    tab, page = browser_of(teacher), frame.get(teacher_panel(lesson))
    tab.post(link_in(page))

    def log_out(user, **_):
        log_ins.end_all(user=user, by=user)

    user_logged_in.connect(log_out)
    try:
        url = reverse("panel-teacher-arrived", args=[lesson.pk])
        token = re.search(r'data-csrf="([^"]+)"', page.content.decode())[1]
        answer = frame.post(url, headers={"X-CSRFToken": token})
    finally:
        user_logged_in.disconnect(log_out)

    assert answer.status_code == 400
    assert not LogIn.objects.filter(user=teacher).exists()
    assert link_in(frame.get(teacher_panel(lesson)))


@pytest.mark.django_db(transaction=True)
async def test_a_panels_socket_opens_by_the_panels_cookies():
    ClassRoom()

    def let_in_somebody():
        lesson = ClassSessionFactory(live=True)
        tab, frame = Client(), Client(enforce_csrf_checks=True)
        tab.force_login(lesson.teacher, "django.contrib.auth.backends.ModelBackend")
        let_in(frame, tab, lesson)
        return lesson, frame.cookies

    lesson, cookies = await in_thread(let_in_somebody)()
    cookie = "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items())
    socket = PatientSocket(
        application,
        f"/ws{PANELS}sessions/{lesson.pk}/dashboard/",
        headers=[(b"origin", b"http://localhost"), (b"cookie", cookie.encode())],
    )

    connected, _ = await socket.connect()

    assert connected
    assert (await socket.receive_json_from())["state"] == "live"
    await socket.disconnect()


# --- tickets ------------------------------------------------------------------------------


def test_a_ticket_that_is_forged_or_old_opens_nothing(lesson, frame, tab):
    link = link_in(frame.get(student_panel(lesson)))

    forged = tab.get(f"{link[:-3]}xx/", **CLICKED)
    assert forged.status_code == 410
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(minutes=11)):
        assert tab.get(link, **CLICKED).status_code == 410


def test_a_ticket_without_the_panels_secret_is_of_no_use(lesson, frame, tab):
    """Who reads an address in a history can connect that panel, and gets nothing."""
    page = frame.get(student_panel(lesson))
    tab.get(link_in(page), **CLICKED)
    join(tab, lesson)

    thief = Client(enforce_csrf_checks=True)
    other = thief.get(student_panel(lesson))

    assert ask(thief, other) is False
    assert news(thief, lesson).status_code == 403


def test_a_panels_own_secret_is_stored_as_a_hash(lesson, frame, tab):
    connected(frame, tab, lesson)

    secret = frame.cookies["panel-student"].value
    [student] = lesson.participants.all()
    keys = set(student.browsers.values_list("key", flat=True))
    assert secret not in keys
    assert participant_cookie.key_of(secret, lesson) in keys


# --- the place where they are copied --------------------------------------------------------


def test_a_teacher_copies_the_frames_where_the_lesson_is(
    lesson, teacher, browser_of, settings
):
    browser = browser_of(teacher)
    page = reverse("session-detail", args=[lesson.pk])
    course = reverse("course-detail", args=[lesson.course_id])
    markup = (
        "&lt;iframe src=&quot;http://testserver{}&quot; title=&quot;Classmood&quot; "
        "width=&quot;360&quot; height=&quot;640&quot;&gt;&lt;/iframe&gt;"
    )

    shown = browser.get(page).content.decode()
    for panel in (student_panel(lesson), teacher_panel(lesson)):
        assert shown.count(markup.format(panel)) == 2  # to read, and to copy
    of_course = reverse("panel-student", args=[lesson.course.join_code])
    assert markup.format(of_course) in browser.get(course).content.decode()

    settings.FER_FRAME_ORIGINS = []
    assert "iframe" not in browser.get(page).content.decode()
    assert "iframe" not in browser.get(course).content.decode()


def test_a_panel_is_written_in_the_language_of_its_link_and_keeps_it(lesson, frame):
    frame.get(f"{student_panel(lesson)}?lang=de")

    page = frame.get(student_panel(lesson)).content.decode()

    assert '<html lang="de"' in page
    assert reverse("panel-texts") in page


def test_a_participant_of_elsewhere_is_not_known_by_the_tabs_cookie(lesson):
    """The ordinary cookie of a student opens no panel, and so no other site's frame."""
    tab = Client()
    join(tab, lesson)

    assert news(tab, lesson).status_code == 403
    assert lesson.participants.count() == 1


@pytest.mark.usefixtures("stopped")
def test_one_address_connects_no_more_panels_than_it_joins_lessons(lesson, settings):
    """What each leaves waits for an hour, in a store that has an end."""
    settings.FER_JOIN_RATE = "2/m"

    answers = [
        Client().post(link_in(Client().get(student_panel(lesson)))) for _ in range(3)
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 429]
