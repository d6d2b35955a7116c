"""Launches from a learning platform that listens on a port and signs with real keys."""

import base64
import datetime as dt
import re
import threading
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from sessions_app.models import (
    ApiToken,
    AuditEntry,
    Browser,
    CalendarFeed,
    Course,
    LogIn,
    LtiContext,
    LtiKey,
    LtiLaunch,
    LtiPlatform,
    Participant,
    User,
)
from sessions_app.selectors.consent import choices_of
from sessions_app.services import (
    calendars,
    lti_keys,
    lti_platforms,
    people,
    sessions,
    tokens,
)
from sessions_app.services import lti as services
from sessions_app.web import lti, participant_cookie
from tests.authenticator_app import code_now
from tests.lti_platform import (
    CLAIM,
    DEEP,
    KEY,
    LIS,
    NEXT_KEY,
    PRODUCTS,
    STRANGE_KEY,
    LearningPlatform,
)
from tests.sessions_app.factories import (
    PASSWORD,
    ClassSessionFactory,
    ConsentFactory,
    CoTeacherFactory,
    CourseFactory,
    ParticipantFactory,
    UserFactory,
    as_read,
)
from tests.sessions_app.views.new_passwords import NEW

pytestmark = [pytest.mark.real, pytest.mark.django_db]

CLICKED = {
    "HTTP_SEC_FETCH_SITE": "same-origin",
    "HTTP_REFERER": "http://testserver/lti/launch/",
}
EVE = "eve@school.example"


@pytest.fixture(autouse=True)
def _inside_is_named(settings):
    settings.FER_WEBHOOK_PRIVATE_HOSTS = ["127.0.0.1"]


@pytest.fixture
def school():
    with LearningPlatform("canvas") as school:
        yield school


@pytest.fixture
def platform(school):
    return LtiPlatform.objects.create(**school.registration())


def answer_of(school, who, browser):
    """Go to the platform and back: what it has the browser bring to us."""
    away = browser.get(school.start(who))
    assert away.status_code == 302, away.content.decode()
    page = requests.get(away.url, timeout=20).text
    found = re.findall(r'name="(\w+)" value="([^"]*)"', page)
    return dict(found)


def launch(school, who, browser=None):
    browser = browser or Client()
    return browser.post(reverse("lti-launch"), answer_of(school, who, browser))


def button_of(page):
    return re.search(r'href="(/lti/open/[^"]+)"', page.content.decode())[1]


def come(school, who, browser):
    """Launch, and press the button."""
    page = launch(school, who, Client())  # a frame has no cookie
    assert page.status_code == 200, page.content.decode()
    return browser.get(button_of(page), **CLICKED)


def said_by(platform, subject):
    """What a teacher's ticket is about, as far as an account needs it."""
    return {
        "subject": subject,
        "of": [platform.issuer, platform.client_id, platform.jwks_url],
        "deployment": platform.deployments[0],
    }


def words(page):
    text = re.sub(r"<[^>]+>", " ", page.content.decode().partition("<main")[2])
    return re.sub(r"\s+", " ", text).replace("&#x27;", "'")


def refusals():
    found = AuditEntry.objects.filter(action="refused", object_id__gt="")
    return [entry.detail.partition(": ")[2] for entry in found]


@pytest.fixture(params=sorted(PRODUCTS))
def product(request):
    with LearningPlatform(request.param) as school:
        LtiPlatform.objects.create(**school.registration())
        yield school


def test_nothing_is_there_before_an_admin_registers_a_platform(school, client):
    assert client.get(school.start("teacher")).status_code == 404
    assert client.post(reverse("lti-launch")).status_code == 404
    assert client.get(reverse("lti-keys")).status_code == 404


def test_a_teacher_of_a_platform_opens_the_course_that_it_becomes(product, client):
    if product.product is PRODUCTS["open_edx"]:  # an admin there lets addresses out
        product.claims = {"email": EVE, "name": "Eve Example"}

    answer = come(product, "teacher", client)

    course = Course.objects.get()
    assert answer.url == reverse("course-detail", args=[course.pk])
    assert client.get(answer.url).status_code == 200
    eve = User.objects.get()
    assert (eve.email, eve.name, eve.role) == (EVE, "Eve Example", "teacher")
    assert not eve.has_usable_password()
    told = product.id_token("teacher", "")
    title = jwt.decode(told, options={"verify_signature": False})[f"{CLAIM}context"]
    assert (course.title, course.teacher) == (title["title"], eve)
    details = list(AuditEntry.objects.order_by("pk").values_list("action", "detail"))
    assert details[0] == (
        "made",
        "own account as teacher from learning platform “The school's platform”",
    )
    [how] = [detail for action, detail in details if action == "logged_in"]
    assert how.startswith("from a learning platform, ")

    come(product, "teacher", Client())  # the same account, the same course

    assert (User.objects.count(), Course.objects.count()) == (1, 1)


def test_a_teacher_lands_in_the_lesson_that_runs(school, platform, client):
    come(school, "teacher", client)
    lesson = ClassSessionFactory(course=Course.objects.get(), live=True)

    answer = come(school, "teacher", client)

    assert answer.url == reverse("session-detail", args=[lesson.pk])


def link(course, platform, claims):
    """Let a course be that of the place which a launch names."""
    LtiContext.objects.create(
        platform=platform,
        deployment=claims[f"{CLAIM}deployment_id"],
        context=claims[f"{CLAIM}context"]["id"],
        course=course,
    )


def test_a_student_of_a_platform_joins_the_lesson_and_counts_once(product):
    course = CourseFactory(title="Geology")
    claims = product.product(teacher=True)
    link(course, LtiPlatform.objects.get(), claims)
    lesson = ClassSessionFactory(course=course, live=True)
    phone, laptop = Client(), Client()

    for browser in (phone, laptop):
        answer = come(product, "student", browser)
        assert answer.url == reverse("join", args=[course.join_code])
        page = browser.get(answer.url)
        assert page.url == reverse("join", args=[lesson.join_code])
        shown = browser.get(page.url).content.decode()
        assert "Mia" not in shown
        browser.post(page.url, as_read(lesson) | {"pulse": "yes"})

    assert lesson.participants.count() == 1
    [mia] = lesson.participants.all()
    assert (mia.display_name, mia.browsers.count()) == ("", 2)
    assert not User.objects.filter(email__startswith="mia").exists()
    assert "Mia" not in str(list(LtiLaunch.objects.values()))
    sub = product.product(teacher=False)["sub"]
    kept = str([*LtiLaunch.objects.values(), *Participant.objects.values()])
    assert f"'{sub}'" not in kept


def test_a_student_counts_once_by_two_registrations_of_one_platform(school, platform):
    """Open edX has one for each of its components."""
    course = CourseFactory()
    lesson = ClassSessionFactory(course=course, live=True)
    about = school.product(teacher=True)
    for client_id in (school.client_id, "another"):
        school.client_id, school.claims = client_id, {"azp": client_id}
        registered, _ = LtiPlatform.objects.get_or_create(
            client_id=client_id, defaults=school.registration()
        )
        link(course, registered, about)
        browser = Client()
        come(school, "student", browser)
        browser.post(
            reverse("join", args=[lesson.join_code]), as_read(lesson) | {"pulse": "yes"}
        )

    assert lesson.participants.get().browsers.count() == 2


def test_at_a_shared_computer_each_student_of_a_platform_is_another(
    school, platform, client
):
    course = CourseFactory()
    link(course, platform, school.product(teacher=True))
    before = ClassSessionFactory(course=course, ended=True)
    lesson = ClassSessionFactory(course=course, live=True)
    join = reverse("join", args=[lesson.join_code])
    come(school, "student", client)
    client.post(join, as_read(lesson) | {"pulse": "yes", "display_name": "Mia"})
    [mia] = lesson.participants.all()
    yesterday = ParticipantFactory(session=before)
    Browser.objects.create(
        participant=yesterday,
        key=participant_cookie.key_of(client.cookies["student"].value, before),
    )
    ConsentFactory(participant=yesterday)

    school.claims = {"sub": "leo"}
    come(school, "student", client)
    page = client.get(join)
    assert page.status_code == 200
    assert page.context["last"] == {}
    client.post(join, as_read(lesson) | {"pulse": "no"})

    leo = lesson.participants.exclude(pk=mia.pk).get()
    assert not any(choices_of(mia).values())  # she could not say no at it any more
    shown = client.get(reverse("join-my-data", args=[lesson.join_code]))
    assert shown.context["participant"] == leo


def test_at_a_shared_computer_who_came_before_has_said_no_in_every_lesson_of_the_course(
    school, platform, client
):
    """A tab of one lesson may be open, while who comes now has yet to choose, or chose another."""
    course = CourseFactory()
    link(course, platform, school.product(teacher=True))
    lesson, _other = (ClassSessionFactory(course=course, live=True) for _ in range(2))
    come(school, "student", client)
    join = reverse("join", args=[lesson.join_code])
    client.post(join, as_read(lesson) | {"pulse": "yes"})
    [mia] = lesson.participants.all()

    come(school, "student", client)  # herself, again
    assert any(choices_of(mia).values())
    school.claims = {"sub": "leo"}
    come(school, "student", client)

    assert not any(choices_of(mia).values())


def test_a_student_of_a_platform_is_out_when_a_draft_asks_for_the_schools_sign_on(
    school, platform, client, settings
):
    """Or the same student, signed in at another browser, would count twice."""
    settings.FER_SIGNED_IN_HEADER = "X-User"
    come(school, "teacher", Client())
    lesson = ClassSessionFactory(course=Course.objects.get())
    come(school, "student", client)
    client.post(
        reverse("join", args=[lesson.join_code]), as_read(lesson) | {"pulse": "yes"}
    )
    assert lesson.participants.exists()

    sessions.update(session=lesson, by=lesson.teacher, signed_in_only=True)

    assert not lesson.participants.exists()


def test_who_waits_for_the_lesson_is_known_when_it_starts(school, platform, client):
    come(school, "teacher", Client())
    course = Course.objects.get()

    waits = come(school, "student", client)
    assert "No lesson is running now" in words(client.get(waits.url))
    lesson = ClassSessionFactory(course=course, live=True)
    client.post(
        reverse("join", args=[lesson.join_code]), as_read(lesson) | {"pulse": "yes"}
    )

    assert lesson.participants.get().sign_in_hash
    elsewhere = ClassSessionFactory(live=True)
    client.post(
        reverse("join", args=[elsewhere.join_code]),
        as_read(elsewhere) | {"pulse": "yes"},
    )
    assert not elsewhere.participants.get().sign_in_hash


def test_a_student_comes_before_the_teacher_and_reads_that(school, platform):
    page = launch(school, "student")

    assert page.status_code == 403
    assert str(services.NOT_YET) in words(page)
    assert refusals() == []


def test_a_name_is_offered_where_an_admin_lets_it(school, platform, client):
    come(school, "teacher", Client())
    lesson = ClassSessionFactory(course=Course.objects.get(), live=True)
    LtiPlatform.objects.update(takes_names=True)

    come(school, "student", client)

    join = reverse("join", args=[lesson.join_code])
    assert 'value="Mia Pupil"' in client.get(join).content.decode()
    button = button_of(launch(school, "student"))

    LtiPlatform.objects.update(takes_names=False)  # nor what was told before

    assert "Mia" not in client.get(join).content.decode()
    late = Client()
    assert late.get(button, **CLICKED).status_code == 302
    LtiPlatform.objects.update(takes_names=True)
    assert "Mia" not in late.get(join).content.decode()


def test_the_word_of_a_platform_is_no_sign_on_where_the_school_has_one(
    school, platform, client, settings
):
    settings.FER_SIGNED_IN_HEADER = "X-User"
    come(school, "teacher", Client())
    lesson = ClassSessionFactory(
        course=Course.objects.get(), live=True, signed_in_only=True
    )
    come(school, "student", client)

    page = client.get(reverse("join", args=[lesson.join_code]))

    assert page.status_code == 403
    assert "only for students with a school account" in words(page)


# --- what is refused --------------------------------------------------------------------


def forged(school):
    school.key = STRANGE_KEY


def without_a_signature(school):
    school.key, school.algorithm = "", "none"


def signed_with_the_public_key(school):
    school.key, school.algorithm = "a secret of thirty-two bytes, at least", "HS256"


def with_a_key_of_another_name(school):
    school.kid = "unknown"


@pytest.mark.parametrize(
    ("do", "claims", "why", "noted"),
    [
        (forged, {}, lti.FORGED, "id_token: Signature verification failed"),
        (without_a_signature, {}, lti.FORGED, "id_token: no RS256 key is named"),
        (signed_with_the_public_key, {}, lti.FORGED, "id_token: no RS256 key is named"),
        (
            with_a_key_of_another_name,
            {},
            lti.FORGED,
            "signed with a key that it does not have",
        ),
        (None, {"aud": "another"}, lti.FORGED, "id_token: Audience doesn't match"),
        (None, {"azp": "another"}, lti.FORGED, "id_token: made for another client"),
        (None, {"iss": "https://evil.example"}, lti.FORGED, "id_token: Invalid issuer"),
        (None, {"nonce": "another"}, lti.FORGED, "id_token: another nonce"),
        (
            None,
            {"nonce": None},
            lti.FORGED,
            'id_token: Token is missing the "nonce" claim',
        ),
        (None, {"exp": 1}, lti.STALE, "id_token: expired"),
        (
            None,
            {"sub": None},
            lti.UNREADABLE,
            "id_token: it names nobody, or not readably",
        ),
        (
            None,
            {"sub": 17},
            lti.FORGED,
            "id_token: Subject must be a string",
        ),
        (
            None,
            {f"{CLAIM}deployment_id": "848:other"},
            lti.WRONG_DEPLOYMENT,
            "deployment “848:other”",
        ),
        (
            None,
            {f"{CLAIM}deployment_id": None},
            lti.WRONG_DEPLOYMENT,
            "deployment “”",
        ),
        (
            None,
            {f"{CLAIM}version": "1.1"},
            lti.UNREADABLE,
            "another message or version of LTI",
        ),
        (
            None,
            {f"{CLAIM}message_type": "LtiSubmissionReviewRequest"},
            lti.UNREADABLE,
            "another message or version of LTI",
        ),
        (None, {f"{CLAIM}roles": None}, lti.NO_ROLE, "no role in the course"),
        (None, {f"{CLAIM}roles": "Instructor"}, lti.NO_ROLE, "no role in the course"),
        (
            None,
            {f"{CLAIM}roles": [f"{LIS}institution/person#Instructor"]},
            lti.NO_ROLE,
            "no role in the course",
        ),
        (
            None,
            {f"{CLAIM}roles": [f"{LIS}membership#Mentor"]},
            lti.NO_ROLE,
            "no role in the course",
        ),
    ],
)
def test_an_answer_that_is_wrong_opens_nothing_and_says_why(
    school, platform, do, claims, why, noted
):
    school.claims = claims
    if do:
        do(school)

    page = launch(school, "teacher")

    assert page.status_code == 403
    assert str(why) in words(page)
    assert refusals() == [noted]
    assert not User.objects.exists()
    assert not LtiLaunch.objects.exists()


def test_a_launch_is_taken_once(school, platform):
    browser = Client()
    answer = answer_of(school, "teacher", browser)

    first, again = (browser.post(reverse("lti-launch"), answer) for _ in range(2))

    assert (first.status_code, again.status_code) == (200, 403)
    assert str(services.REPLAYED) in words(again)
    assert refusals() == ["repeated"]


@pytest.mark.django_db(transaction=True)
def test_a_launch_that_arrives_twice_at_once_is_taken_once(school, platform):
    browser = Client()
    answer = answer_of(school, "teacher", browser)
    gate, statuses = threading.Barrier(2), []

    def bring():
        gate.wait()
        page = Client().post(reverse("lti-launch"), answer)
        statuses.append(page.status_code)
        connection.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [200, 403]
    assert LtiLaunch.objects.count() == 1


def test_a_platform_may_ask_by_a_form_too(school, platform, client):
    """Moodle and Canvas do."""
    asked = parse_qs(urlsplit(school.start("teacher")).query)

    away = Client(enforce_csrf_checks=True).post(reverse("lti-login"), asked)

    assert away.url.startswith(f"{school.url}/auth?scope=openid")
    assert parse_qs(urlsplit(away.url).query)["lti_message_hint"] == ["7"]


def test_the_records_of_processing_name_the_platform(
    school, platform, boss, browser_of
):
    page = browser_of(boss).get(reverse("policy-records"))

    assert f"The learning platforms {urlsplit(school.url).netloc} are" in words(page)


def test_a_launch_that_lay_about_is_too_old_also_after_it_is_forgotten(
    school, platform
):
    browser = Client()
    answer = answer_of(school, "teacher", browser)

    later = dt.datetime.now(tz=dt.UTC) + dt.timedelta(seconds=lti.STATE_LASTS_S + 1)
    with time_machine.travel(later):
        page = browser.post(reverse("lti-launch"), answer)

    assert str(lti.STALE) in words(page)


def test_a_state_that_is_not_ours_opens_nothing(school, platform):
    browser = Client()
    answer = answer_of(school, "teacher", browser) | {"state": "mine"}

    page = browser.post(reverse("lti-launch"), answer)

    assert page.status_code == 403
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]


def nested(school):
    """A header that no reader of JSON gets to the end of."""
    return base64.urlsafe_b64encode(b"[" * 200_000).decode().rstrip("=") + ".e30.e30"


@pytest.mark.parametrize("token", ["", "a", "a.b.c", ".", nested, "\x00.\x00.\x00"])
def test_what_a_stranger_sends_as_an_answer_is_no_fault_of_the_server(
    token, school, platform
):
    browser = Client()
    answer = answer_of(school, "teacher", browser)
    answer["id_token"] = token(school) if callable(token) else token

    page = browser.post(reverse("lti-launch"), answer)

    assert str(lti.FORGED) in words(page)
    assert refusals() == ["id_token: it cannot be read"]  # and no text of theirs


@pytest.mark.parametrize("name", ["iss", "client_id", "login_hint", "lti_message_hint"])
def test_a_text_that_no_database_takes_asks_nobody(name, school, platform, client):
    asked = parse_qs(urlsplit(school.start("teacher")).query) | {name: "a\x00b"}

    page = client.post(reverse("lti-login"), asked)

    assert page.status_code == (302 if "hint" in name else 403)


def test_one_platform_does_not_speak_for_another(school, platform):
    with LearningPlatform("canvas") as other:
        LtiPlatform.objects.create(**other.registration())
        browser = Client()
        answer = answer_of(school, "teacher", browser)
        answer["id_token"] = answer_of(other, "teacher", browser)["id_token"]

        page = browser.post(reverse("lti-launch"), answer)

    assert str(lti.FORGED) in words(page)


def test_who_asks_for_a_log_in_must_be_registered(school, platform, client):
    for changed in ({"iss": "https://evil.example"}, {"client_id": "another"}):
        asked = parse_qs(urlsplit(school.start("teacher")).query) | changed
        page = client.get(reverse("lti-login"), asked)
        assert page.status_code == 403


# --- keys of the platform ---------------------------------------------------------------


def test_a_key_that_rolled_over_is_read_once_it_is_used(school, platform):
    assert launch(school, "teacher").status_code == 200
    school.keys, school.key, school.kid = {"two": NEXT_KEY}, NEXT_KEY, "two"

    refused = launch(school, "teacher")  # it was asked for its keys just now
    LtiPlatform.objects.update(keys_asked_at=None)
    taken = launch(school, "teacher")

    assert (refused.status_code, taken.status_code) == (403, 200)
    assert school.asked.count("/keys") == 2
    school.key, school.kid = KEY, "one"
    assert launch(school, "teacher").status_code == 403  # the old one is gone


def test_unknown_keys_ask_the_platform_once_a_minute_at_most(school, platform):
    school.kid = "unknown"

    for _ in range(5):
        assert launch(school, "teacher").status_code == 403

    assert school.asked.count("/keys") == 1


def test_a_platform_that_is_away_is_believed_by_its_known_keys_for_a_day(
    school, platform
):
    assert launch(school, "teacher").status_code == 200
    known = LtiPlatform.objects.get()
    away = {"jwks_url": "http://127.0.0.1:1/keys", "keys_asked_at": None}

    LtiPlatform.objects.update(
        keys_read_at=known.keys_read_at - lti_keys.KEPT / 2, **away
    )
    assert launch(school, "teacher").status_code == 200
    LtiPlatform.objects.update(keys_read_at=known.keys_read_at - lti_keys.KEPT, **away)
    page = launch(school, "teacher")

    assert str(lti_keys.AWAY) in words(page)
    assert refusals() == [
        "its keys cannot be read: Nobody listens there: the connection was refused."
    ]


def test_keys_are_read_from_no_address_inside(school, platform, settings):
    settings.FER_WEBHOOK_PRIVATE_HOSTS = []

    page = launch(school, "teacher")

    assert str(lti_keys.AWAY) in words(page)
    assert school.asked == ["/auth"]


# --- the frame, and the tab -------------------------------------------------------------


def test_only_the_answer_to_a_launch_may_stand_in_a_frame_of_the_platform(
    school, platform, client
):
    page = launch(school, "teacher")
    assert f"frame-ancestors {school.url};" in page["Content-Security-Policy"] + ";"
    assert "X-Frame-Options" not in page
    assert "Set-Cookie" not in page

    opened = client.get(button_of(page))
    assert "frame-ancestors 'none'" in opened["Content-Security-Policy"]
    assert opened["X-Frame-Options"] == "DENY"


def test_a_ticket_opens_once_and_soon(school, platform, client):
    page = launch(school, "teacher")

    assert client.get(button_of(page), **CLICKED).status_code == 302
    assert Client().get(button_of(page), **CLICKED).status_code == 410
    assert LtiLaunch.objects.get().about == {}


def test_a_ticket_in_a_foreign_link_logs_nobody_in_unasked(school, platform, client):
    address = button_of(launch(school, "teacher"))

    for site in ("cross-site", "none", "same-site"):
        page = client.get(address, HTTP_SEC_FETCH_SITE=site)
        assert page.status_code == 200
        assert "This logs you in as Eve Example" in words(page)
    assert client.head(address, **CLICKED).status_code == 200
    assert "sessionid" not in client.cookies
    assert Client(enforce_csrf_checks=True).post(address).status_code == 403

    assert client.post(address).status_code == 302


# --- accounts ---------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["login", "language"])
def test_a_page_of_ours_that_leads_to_a_strangers_ticket_logs_nobody_in_unasked(
    way, school, platform, client, teacher
):
    """The log-in and the switch of the language go on to a page that their address names."""
    ticket = button_of(launch(school, "teacher"))
    sent = {
        "login": {"username": teacher.email, "password": PASSWORD, "next": ticket},
        "language": {"language": "de", "page": ticket},
    }[way]
    led = client.post(reverse(way), sent)
    assert led.url == ticket

    page = client.get(
        ticket,
        HTTP_SEC_FETCH_SITE="same-origin",
        HTTP_REFERER=f"http://testserver{reverse(way)}",
    )

    assert page.status_code == 200
    assert page.context["about"]["name"] == "Eve Example"
    assert not User.objects.filter(email=EVE).exists()


def test_an_account_that_was_there_is_opened_by_its_owner_alone(
    school, platform, client
):
    eve = UserFactory(email=EVE)

    answer = come(school, "teacher", client)

    assert answer.url == reverse("lti-connect")
    assert str(services.TAKEN) in words(client.get(answer.url))
    assert not Course.objects.exists()
    client.post(
        f"{reverse('login')}?next={answer.url}",
        {"username": EVE, "password": PASSWORD},
    )
    wrong = client.post(answer.url, {"password": "wrong"})
    assert "Wrong password" in words(wrong)
    right = client.post(answer.url, {"password": PASSWORD})
    course = Course.objects.get(teacher=eve)
    assert right.url == reverse("course-detail", args=[course.pk])
    assert come(school, "teacher", Client()).url == right.url


def test_a_course_that_cannot_be_made_is_said_to_who_has_just_connected(
    school, platform, client
):
    eve, title = UserFactory(email=EVE), "Introduction to Geology"
    for number in range(50):
        named = f"{title} ({number})" if number > 1 else title * number
        CourseFactory(teacher=eve, title=named or "Rings", term="")
    page = come(school, "teacher", client).url
    client.force_login(eve)

    answer = client.post(page, {"password": PASSWORD})

    assert answer.status_code == 403
    assert str(services.AT_ONCE) in words(answer)
    assert "too many courses have this title" in refusals()


def test_its_owner_sees_which_platform_opens_the_account_and_ends_that(
    school, platform, teacher, browser_of, boss
):
    services.connect(platform, said_by(platform, "8171"), user=teacher)
    page, end = reverse("security"), reverse("person-platform-end", args=[teacher.pk])
    owner, sent = browser_of(teacher), {"platform": str(platform.pk)}
    assert "The school's platform" in words(owner.get(page))

    stranger = browser_of(UserFactory())
    assert stranger.post(end, sent).status_code == 404
    owner.post(end, sent)

    assert services.connected(teacher) == []
    [detail] = AuditEntry.objects.filter(detail__contains="disconnected from learning")
    assert detail.actor == teacher.email


def test_an_admin_ends_it_for_an_account_that_nothing_else_opens(
    school, platform, client, browser_of, boss
):
    come(school, "teacher", client)
    eve, sent = User.objects.get(email=EVE), {"platform": str(platform.pk)}
    end = reverse("person-platform-end", args=[eve.pk])

    refused = client.post(end, sent, follow=True)
    assert "Nothing changed: set a password first." in words(refused)
    assert services.connected(eve) == [platform]
    browser_of(boss).post(end, sent)

    assert services.connected(eve) == []


def is_in(browser):
    return browser.get(reverse("session-list")).status_code == 200


def by_deleting_it(platform, eve, boss):
    lti_platforms.delete(platform=platform, by=boss)


def by_another_client(platform, eve, boss):
    lti_platforms.change(platform=platform, by=boss, client_id="another")


def by_another_address_of_keys(platform, eve, boss):
    there = f"{platform.jwks_url}/new"
    lti_platforms.change(platform=platform, by=boss, jwks_url=there)


def by_taking_the_deployment(platform, eve, boss):
    lti_platforms.change(platform=platform, by=boss, deployments=["another"])


def by_disconnecting_the_account(platform, eve, boss):
    services.disconnect(platform, user=eve, by=boss)


@pytest.mark.parametrize(
    "end",
    [
        by_deleting_it,
        by_another_client,
        by_another_address_of_keys,
        by_taking_the_deployment,
        by_disconnecting_the_account,
    ],
)
def test_a_log_in_ends_with_the_platforms_word_that_gave_it(
    end, school, platform, client, boss, browser_of
):
    come(school, "teacher", Client())
    eve = User.objects.get(email=EVE)
    eve.set_password(PASSWORD)
    User.objects.filter(pk=eve.pk).update(password=eve.password)
    come(school, "teacher", client)
    by_password = browser_of(eve)
    assert is_in(client)

    end(platform, eve, boss)

    assert not is_in(client)
    assert is_in(by_password)
    assert LogIn.objects.open().filter(user=eve).count() == 1


@pytest.mark.parametrize("end", [by_deleting_it, by_disconnecting_the_account])
@pytest.mark.parametrize("has_password", [False, True])
def test_tokens_end_with_the_platform_where_nothing_else_opens_the_account(
    has_password, end, school, platform, client, boss
):
    come(school, "teacher", client)
    eve = User.objects.get(email=EVE)
    if has_password:
        eve.set_password(PASSWORD)
        User.objects.filter(pk=eve.pk).update(password=eve.password)
    tokens.issue(user=eve, name="R", scope="write", lasts=dt.timedelta(365))
    calendars.make_feed(user=eve, join_links=True, meeting_links=True)

    end(platform, eve, boss)

    assert ApiToken.objects.exists() is has_password
    assert CalendarFeed.objects.exists() is has_password


def test_a_deployment_that_is_added_ends_nothing(school, platform, client, boss):
    come(school, "teacher", client)

    more = [*platform.deployments, "another"]
    lti_platforms.change(platform=platform, by=boss, deployments=more)

    assert is_in(client)


def test_a_log_in_that_is_under_way_while_that_ends_lets_nobody_in(
    school, platform, client, boss, monkeypatch
):
    find = services.connection_of

    def find_and_delete(*about):
        found = find(*about)
        lti_platforms.delete(platform=platform, by=boss)
        return found

    monkeypatch.setattr(services, "connection_of", find_and_delete)

    assert come(school, "teacher", client).status_code == 400

    assert not is_in(client)
    assert not LogIn.objects.filter(user__email=EVE).exists()


def test_a_platform_gives_no_log_in_of_somebody_who_becomes_an_admin(
    school, platform, client, boss, browser_of
):
    come(school, "teacher", client)
    eve = User.objects.get(email=EVE)
    by_password = browser_of(eve)

    people.change(user=eve, by=boss, role="admin")
    assert not is_in(client)
    assert by_password.get(reverse("people")).status_code == 200

    people.change(user=eve, by=boss, role="teacher")
    assert not is_in(client)  # nor does it come back
    assert is_in(by_password)


def test_a_log_in_that_comes_while_somebody_becomes_an_admin_is_no_admins(
    school, platform, client
):
    come(school, "teacher", client)
    User.objects.filter(email=EVE).update(role="admin")

    assert not is_in(client)


def test_who_chooses_a_new_password_goes_on_though_a_platform_had_let_in(
    school, platform, client
):
    come(school, "teacher", client)
    eve = User.objects.get(email=EVE)
    services.disconnect(platform, user=eve, by=eve)
    eve.set_password(PASSWORD)
    eve.save()
    services.connect(platform, said_by(platform, "8171934b"), user=eve)
    school.claims = {"sub": "8171934b"}
    come(school, "teacher", client)
    new = {"new_password1": NEW, "new_password2": NEW}

    answer = client.post(
        reverse("password_change"), {"old_password": PASSWORD} | new, follow=True
    )

    assert answer.status_code == 200
    assert is_in(client)
    assert services.connected(eve) == []


@pytest.mark.parametrize(
    ("claims", "makes", "why"),
    [
        ({"email": None}, True, services.NO_ADDRESS),
        ({"email": "no address"}, True, services.NO_ADDRESS),
        ({}, False, services.NO_ACCOUNT),
    ],
)
def test_a_teacher_without_an_account_reads_what_to_do(
    school, platform, client, claims, makes, why
):
    school.claims = claims
    LtiPlatform.objects.update(makes_accounts=makes)

    answer = come(school, "teacher", client)

    assert str(why) in words(client.get(answer.url))
    assert not User.objects.exists()


def test_a_closed_account_stays_closed_and_an_admins_is_not_opened(
    school, platform, client
):
    come(school, "teacher", Client())
    UserFactory(admin=True)
    User.objects.filter(email=EVE).update(is_active=False)
    assert str(services.CLOSED) in words(come(school, "teacher", client))

    User.objects.filter(email=EVE).update(is_active=True, role="admin")
    assert str(services.ADMIN) in words(come(school, "teacher", client))
    assert "sessionid" not in client.cookies


def test_the_course_of_a_colleague_is_opened_where_it_is_shared(
    school, platform, client
):
    come(school, "teacher", Client())
    course = Course.objects.get()
    school.claims = {"sub": "bob", "email": "bob@school.example", "name": "Bob"}

    refused = come(school, "teacher", client)
    assert refused.url == reverse("course-list")
    assert "belongs to Eve Example here" in words(client.get(refused.url))
    CoTeacherFactory(course=course, user=User.objects.get(name="Bob"))

    assert come(school, "teacher", client).url == reverse(
        "course-detail", args=[course.pk]
    )


def test_a_second_factor_is_asked_for_here_too(
    school, platform, client, settings, mailoutbox, boss
):
    settings.FER_SECOND_FACTOR = "staff"

    answer = come(school, "teacher", client)

    assert answer.url == reverse("second-factor-on")
    assert client.get(reverse("course-list")).status_code == 302
    [mail] = mailoutbox  # who has no password shows the mailbox, too
    client.get(
        re.search(r"http://testserver(?::80)?(/login/code/mailed/\S+)", mail.body)[1]
    )
    page = client.get(answer.url).content.decode()
    secret = re.search(r"<code>([A-Z2-7]{32})</code>", page)[1]
    sealed = re.search(r'name="sealed" value="([^"]+)"', page)[1]
    client.post(answer.url, {"code": code_now(secret), "sealed": sealed})
    assert client.get(reverse("course-list")).status_code == 200
    assert come(school, "teacher", half_in := Client()).url == reverse("second-factor")
    assert half_in.get(reverse("second-factor")).status_code == 200

    by_another_address_of_keys(platform, None, boss)

    assert not is_in(client)  # it ends with what gave it all the same
    User.objects.filter(email=EVE).update(role="admin")
    assert half_in.get(reverse("second-factor")).url == reverse("login")


# --- what a teacher puts into the platform's course -------------------------------------


def chosen(school, page, **sent):
    """Send the form of the frame on, as a browser without cookies does."""
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.content.decode())[1]
    return Client().post(reverse("lti-pick"), {"ticket": ticket, **sent})


def signed_in(page):
    """What the platform reads, with the keys that we publish to it."""
    token = re.search(r'name="JWT" value="([^"]+)"', page.content.decode())[1]
    [key] = Client().get(reverse("lti-keys")).json()["keys"]
    header = jwt.get_unverified_header(token)
    assert header["kid"] == key["kid"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg", "key_ops"}
    return jwt.decode(
        token, jwt.PyJWK(key), ["RS256"], audience=LtiPlatform.objects.get().issuer
    )


@pytest.mark.parametrize("kind", ["this", "new", "course", "lesson"])
def test_a_teacher_chooses_what_a_link_of_the_platform_opens(
    school, platform, client, kind
):
    come(school, "teacher", client)
    eve = User.objects.get()
    own = CourseFactory(teacher=eve, title="Chemistry", term="")
    lesson = ClassSessionFactory(teacher=eve, course=own, title="Acids", live=True)

    page = launch(school, "picker")
    assert "Lesson Acids, Chemistry" in words(page)
    picked = chosen(
        school,
        page,
        choice={"course": f"course-{own.pk}", "lesson": f"lesson-{lesson.pk}"}.get(
            kind, kind
        ),
        title="Rocks\u202e",
    )
    told = signed_in(picked)

    policy = picked["Content-Security-Policy"]
    assert f"form-action 'self' {school.url}" in policy
    assert f"frame-ancestors {school.url}" in policy
    [item] = told["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"]
    assert told["iss"] == school.client_id
    assert (
        told["https://purl.imsglobal.org/spec/lti-dl/claim/data"]
        == "what the platform wants back"
    )
    titles = {"this": "Introduction to Geology", "new": "Rocks", "course": "Chemistry"}
    assert item["title"] == titles.get(kind, "Acids")
    assert item["type"] == "ltiResourceLink"
    school.claims = {f"{CLAIM}custom": item["custom"]}
    student = Client()
    door = come(school, "student", student).url
    if kind in {"course", "lesson"}:
        door = student.get(door).url if kind == "course" else door
        assert door == reverse("join", args=[lesson.join_code])
    elif kind == "new":
        made = eve.class_sessions.get(title="Rocks")
        assert door == reverse("join", args=[made.join_code])


def test_a_choice_is_offered_once_and_holds_only_what_was_offered(school, platform):
    theirs = CourseFactory()
    page = launch(school, "picker")

    refused = chosen(school, page, choice=f"course-{theirs.pk}")

    assert refused.status_code == 403
    assert refusals() == ["a choice that was not offered"]
    assert chosen(school, page, choice="this").status_code == 410
    ticket = button_of(launch(school, "teacher")).split("/")[3]
    sent = {"ticket": ticket, "choice": "this"}
    assert Client().post(reverse("lti-pick"), sent).status_code == 410


def test_data_that_no_database_takes_is_no_choice(school, platform):
    told = jwt.decode(
        school.id_token("picker", ""), options={"verify_signature": False}
    )
    asked = told[f"{DEEP}deep_linking_settings"]
    for data in ("a\x00b", "a\ud800b"):
        school.claims = {f"{DEEP}deep_linking_settings": asked | {"data": data}}

        page = launch(school, "picker")

        assert str(lti.UNREADABLE) in words(page)


def test_a_student_chooses_nothing_and_a_link_of_another_platform_opens_nothing(
    school, platform
):
    school.claims = {f"{CLAIM}roles": [f"{LIS}membership#Learner"]}
    assert launch(school, "picker").status_code == 403

    with LearningPlatform("moodle") as other:
        stranger = LtiPlatform.objects.create(
            **other.registration(name="Other", client_id="9")
        )
        course = CourseFactory()
        custom = {"classmood": lti.choice(stranger, course.pk, "")}
    school.claims = {f"{CLAIM}custom": custom}
    assert str(services.NOT_YET) in words(launch(school, "student"))


def test_a_second_factor_keeps_its_owners_courses_out_of_a_frame(
    school, platform, settings
):
    settings.FER_SECOND_FACTOR = "staff"
    come(school, "teacher", Client())
    CourseFactory(teacher=User.objects.get(), title="Chemistry")

    assert "Chemistry" not in words(launch(school, "picker"))


def test_who_has_to_connect_an_account_does_so_before_choosing(school, platform):
    UserFactory(email=EVE)

    page = launch(school, "picker")

    assert "Open in a new tab" in words(page)
    assert Client().get(button_of(page), **CLICKED).url == reverse("lti-connect")


def test_a_link_to_a_lesson_that_is_over_says_so_and_leads_on(school, platform):
    come(school, "teacher", Client())
    course = Course.objects.get()
    lesson = ClassSessionFactory(course=course, ended=True)
    chosen_lesson = lti.choice(platform, course.pk, str(lesson.pk))
    school.claims = {f"{CLAIM}custom": {"classmood": chosen_lesson}}
    student, eve = Client(), Client()

    page = student.get(come(school, "student", student).url)
    opened = come(school, "teacher", eve)

    assert page.status_code == 410
    assert "This lesson is over." in words(page)
    assert reverse("join", args=[course.join_code]) in page.content.decode()
    assert opened.url == reverse("session-detail", args=[lesson.pk])
    lesson.delete()
    course_page = student.get(come(school, "student", student).url)
    assert "No lesson is running now" in words(course_page)


def test_our_key_is_no_use_to_a_thief_of_the_database(school, platform, settings):
    launch(school, "picker")
    lti_keys.make_key()
    [kept] = LtiKey.objects.all()
    assert "ENCRYPTED" in kept.pem

    settings.SECRET_KEY = "another secret of the server, which is as long as the first"

    assert lti_keys.public_keys() == {"keys": []}
    lti_keys.make_key()
    assert len(lti_keys.public_keys()["keys"]) == 1


LOCALE = f"{CLAIM}launch_presentation"


def language_of(page):
    return re.search(r'<html lang="([^"]+)"', page.content.decode())[1]


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        ({LOCALE: {"locale": "de_DE"}}, "de"),
        ({LOCALE: {"locale": "fr"}, "locale": "es"}, "fr"),
        ({LOCALE: {}, "locale": "AR"}, "ar"),
        ({LOCALE: {"locale": "tlh"}, "locale": None}, "es"),  # the browser's own
        ({LOCALE: ["de"], "locale": 7}, "es"),
        ({LOCALE: {"locale": "d" * 3000}, "locale": None}, "es"),
    ],
)
def test_a_frame_speaks_the_language_of_the_platform_around_it(
    school, platform, told, shown
):
    school.claims = told
    frame, tab = (Client(HTTP_ACCEPT_LANGUAGE="es") for _ in range(2))

    page = launch(school, "teacher", frame)

    assert language_of(page) == shown
    course = tab.get(button_of(page), **CLICKED)
    assert language_of(tab.get(course.url)) == shown


@pytest.mark.parametrize("chosen_by", ["a cookie", "the account"])
def test_who_has_chosen_a_language_keeps_it(school, platform, chosen_by):
    school.claims = {LOCALE: {"locale": "de"}}
    come(school, "teacher", Client())
    tab = Client()
    if chosen_by == "a cookie":
        tab.cookies["language"] = "fr"
    else:
        User.objects.update(language="fr")

    course = come(school, "teacher", tab)

    assert language_of(tab.get(course.url)) == "fr"


def test_who_cannot_be_let_in_reads_why_in_the_platforms_language(school, platform):
    school.claims = {LOCALE: {"locale": "de"}}

    page = launch(school, "student")  # before any teacher

    assert language_of(page) == "de"
    assert "Not opened" not in page.content.decode()


def test_a_choice_of_content_stays_in_the_platforms_language(school, platform, client):
    come(school, "teacher", client)
    school.claims = {LOCALE: {"locale": "hi"}}

    page = launch(school, "picker")

    assert language_of(page) == "hi"
    assert f'action="{reverse("lti-pick")}?lang=hi"' in page.content.decode()


# --- an admin changes the registration while somebody is on the way ---------------------

MOVED = {
    "issuer": {"issuer": "https://other.example"},
    "client_id": {"client_id": "another"},
    "keys": {"jwks_url": "https://other.example/keys"},
    "deployment": {"deployments": ["another"]},
}


@pytest.mark.parametrize("moved", MOVED.values(), ids=[*MOVED])
@pytest.mark.parametrize("who", ["teacher", "student"])
def test_a_ticket_of_before_opens_nothing_by_a_registration_that_has_changed(
    who, moved, school, platform, boss
):
    """Or "2" of the platform before would have the account of "2" of the one after."""
    if who == "student":
        come(school, "teacher", Client())
    accounts, button = User.objects.count(), button_of(launch(school, who))

    lti_platforms.change(platform=platform, by=boss, **moved)

    answer = Client().get(button, **CLICKED)
    assert answer.status_code == 403
    assert not answer.cookies.keys() - {"language"}
    assert User.objects.count() == accounts
    assert refusals()[-1] == "its registration was changed since"


@pytest.mark.parametrize("moved", MOVED.values(), ids=[*MOVED])
def test_who_is_about_to_connect_an_account_connects_none_with_another_platform(
    moved, school, platform, boss, client
):
    owner = UserFactory(email=EVE)
    come(school, "teacher", client)
    client.force_login(owner)
    assert client.get(reverse("lti-connect")).status_code == 200

    lti_platforms.change(platform=platform, by=boss, **moved)

    answer = client.post(reverse("lti-connect"), {"password": PASSWORD})
    assert answer.status_code == 403
    assert not services.connected(owner)


def test_a_course_is_made_by_no_registration_that_changes_at_that_moment(
    platform, boss
):
    about = services.about_teacher(
        lti.Launch(
            platform,
            "n",
            "2",
            True,
            platform.deployments[0],
            "7",
            "Rings",
            "",
            "",
            "",
            None,
        )
    )
    lti_platforms.change(platform=platform, by=boss, issuer="https://other.example")
    with pytest.raises(lti.LaunchRefused):
        services.course_of(platform, about, by=UserFactory())
    assert not LtiContext.objects.exists()


def test_keys_of_an_address_of_before_are_not_kept_for_the_one_after(
    school, platform, boss, monkeypatch
):
    """An answer that is long on its way, maybe since who gives it knows why."""
    read_json = lti_keys.outward.read_json

    def slowly(url, *arguments):
        told = read_json(url, *arguments)
        fresh = LtiPlatform.objects.get(pk=platform.pk)
        lti_platforms.change(
            platform=fresh, by=boss, jwks_url="https://other.example/keys"
        )
        return told

    monkeypatch.setattr(lti_keys.outward, "read_json", slowly)

    assert launch(school, "teacher").status_code == 403
    platform.refresh_from_db()
    assert platform.keys == []
