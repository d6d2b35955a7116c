import pytest
from django.test import Client
from django.urls import reverse

from sessions_app.enums import Purpose
from sessions_app.models import Browser, Consent, Participant
from sessions_app.selectors.consent import choices_of
from sessions_app.web import participant_cookie
from tests.sessions_app.factories import (
    ClassSessionFactory,
    ParticipantFactory,
    as_read,
)

pytestmark = pytest.mark.django_db

EXPRESSION, PULSE = Purpose.EXPRESSION, Purpose.PULSE
JSON = {"accept": "application/json"}


def url(name, session):
    return reverse(name, args=[session.join_code])


def shown(response):
    """The template that a view chose; the first one rendered."""
    return response.templates[0].name


@pytest.fixture
def taps(monkeypatch):
    """What was handed to the live path."""
    handed = []
    monkeypatch.setattr(
        "sessions_app.services.pulse.tap",
        lambda *arguments: handed.append(arguments),
    )
    monkeypatch.setattr(
        "sessions_app.services.pulse.take_back",
        lambda *arguments: handed.append((*arguments, "none")),
    )
    return handed


# --- the way in -----------------------------------------------------------------------


def test_a_code_leads_to_its_class_however_it_is_typed(client):
    session = ClassSessionFactory(join_code="ABCDEFGH")

    response = client.get(reverse("join-enter"), {"code": "abcd-ef gh"})

    assert response.url == url("join", session)
    assert client.get("/j/abcdefgh/").status_code == 200


def test_an_unknown_code_is_told_in_a_sentence(client):
    response = client.get(reverse("join-enter"), {"code": "ZZZZZZZZ"})

    assert list(response.context["form"].errors) == ["code"]
    assert client.get("/j/ZZZZZZZZ/").status_code == 404
    assert client.get("/j/%00/").status_code == 404


def test_joining_binds_the_browser_to_its_choices(client):
    session = ClassSessionFactory(live=True)
    answers = as_read(session) | {
        "display_name": "Eve",
        "expression": "yes",
        "pulse": "no",
    }

    response = client.post(url("join", session), answers)
    context = client.get(response.url).context

    assert response.url == url("join-class", session)
    assert context["participant"].display_name == "Eve"
    assert (context["expression_on"], context["pulse_on"]) == (True, False)
    assert client.get(url("join", session)).url == url("join-class", session)
    assert Client().get(url("join-class", session)).url == url("join", session)


def test_nothing_is_preselected_and_nothing_need_be_answered(client):
    session = ClassSessionFactory()

    form = client.get(url("join", session)).context["form"]
    client.post(url("join", session), as_read(session))

    assert [form[name].value() for name in ("expression", "pulse")] == [None, None]
    assert Participant.objects.count() == 1
    assert not Consent.objects.exists()


def test_the_cookie_is_a_secret_and_closed_to_scripts(client):
    session = ClassSessionFactory()
    client.post(url("join", session), as_read(session))
    name = participant_cookie.name()

    assert client.cookies[name]["httponly"]
    assert client.cookies[name]["samesite"] == "Lax"
    assert client.get(url("join-class", session)).status_code == 200
    for forged in (str(Participant.objects.get().pk), "", "x" * 43):
        client.cookies[name] = forged
        assert client.get(url("join-class", session)).url == url("join", session)


def test_a_cookie_opens_its_own_class_only(browser_with):
    person, elsewhere = ParticipantFactory(), ClassSessionFactory(live=True)
    browser = browser_with(person)
    stolen = browser.cookies[participant_cookie.old_name(person.session)].value
    browser.cookies[participant_cookie.old_name(elsewhere)] = stolen

    assert browser.get(url("join-class", elsewhere)).status_code == 302
    assert browser.post(url("join-choices", elsewhere)).status_code == 403


def test_without_emotion_inference_the_camera_is_not_asked_for(client, settings):
    settings.FER_EMOTION_INFERENCE = False
    session = ClassSessionFactory(expression_on=True)

    context = client.get(url("join", session)).context
    client.post(
        url("join", session), as_read(session) | {"expression": "yes", "pulse": "yes"}
    )

    assert list(context["form"].fields) == ["display_name", "read", "pulse"]
    assert not context["expression_offered"]
    assert list(Consent.objects.values_list("purpose", flat=True)) == ["pulse"]


@pytest.mark.parametrize("state", ["ending", "ended"])
def test_a_class_that_is_over_says_so(state, client, browser_with):
    session = ClassSessionFactory(**{state: True})
    latecomer = client.post(url("join", session), as_read(session) | {"pulse": "yes"})
    person = ParticipantFactory(session=session)
    member = browser_with(person).get(url("join-class", session))

    for response in (latecomer, member):
        assert (response.status_code, shown(response)) == (410, "join/over.html")
    assert Participant.objects.count() == 1


@pytest.mark.usefixtures("stopped")
def test_joins_are_limited_by_address(settings):
    settings.FER_JOIN_RATE = "2/m"
    session = ClassSessionFactory()
    path = url("join", session)

    responses = [Client().post(path, as_read(session)) for _ in range(3)]

    assert [r.status_code for r in responses] == [302, 302, 429]
    assert shown(responses[-1]) == "429.html"
    assert Client().get(path).status_code == 200
    assert (
        Client(REMOTE_ADDR="10.0.0.2").post(path, as_read(session)).status_code == 302
    )


def test_a_full_class_takes_nobody_else_until_somebody_leaves(settings):
    settings.FER_STUDENTS_PER_CLASS = 1
    session = ClassSessionFactory()
    first = ParticipantFactory(session=session)

    late = Client().post(
        url("join", session), as_read(session) | {"display_name": "Ada", "pulse": "yes"}
    )

    assert shown(late) == "join/consent.html"
    assert "This lesson is full" in late.content.decode()
    assert 'value="Ada"' in late.content.decode()
    assert list(session.participants.all()) == [first]

    first.delete()

    assert Client().post(url("join", session), as_read(session)).status_code == 302


def test_staff_cannot_contribute(teacher, browser_of):
    session = ClassSessionFactory(live=True)

    response = browser_of(teacher).post(
        url("join", session), as_read(session) | {"expression": "yes"}
    )

    assert shown(response) == "join/staff.html"
    assert response.context["join_url"] == f"http://testserver{url('join', session)}"
    assert not Participant.objects.exists()


def test_a_student_who_logs_in_as_staff_stops_counting(teacher, browser_with, taps):
    person = ParticipantFactory(agreed=[PULSE])
    browser = browser_with(person)
    browser.force_login(teacher, "django.contrib.auth.backends.ModelBackend")

    page = browser.get(url("join-class", person.session))
    tap = browser.post(url("join-pulse", person.session), {"tap": "ok"})

    assert (shown(page), tap.status_code, taps) == ("join/staff.html", 403, [])


def test_in_the_demo_one_visitor_is_teacher_and_class(teacher, browser_of, settings):
    settings.FER_DEMO = True
    session = ClassSessionFactory(live=True)

    response = browser_of(teacher).post(
        url("join", session), as_read(session) | {"expression": "yes"}
    )

    assert response.url == url("join-class", session)


# --- choices --------------------------------------------------------------------------


def test_only_the_given_choice_changes(browser_with):
    person = ParticipantFactory(agreed=[EXPRESSION, PULSE])

    answer = browser_with(person).post(
        url("join-choices", person.session), {"expression": "off"}, headers=JSON
    )

    assert answer.json() == {"expression": False, "pulse": True}


def test_a_form_without_script_returns_to_the_class(browser_with):
    person = ParticipantFactory()
    browser = browser_with(person)

    response = browser.post(
        url("join-choices", person.session), as_read(person.session) | {"pulse": "on"}
    )

    assert response.url == url("join-class", person.session)
    assert browser.get(response.url).context["pulse_on"]


def test_a_choice_is_on_or_off(browser_with):
    person = ParticipantFactory()

    answer = browser_with(person).post(
        url("join-choices", person.session), {"pulse": "maybe"}, headers=JSON
    )

    assert answer.status_code == 400
    assert not Consent.objects.exists()


def test_a_yes_after_the_end_is_a_conflict(browser_with):
    person = ParticipantFactory(session__ended=True, session__live=False)
    choices = url("join-choices", person.session)

    answer = browser_with(person).post(choices, {"pulse": "on"}, headers=JSON)

    assert answer.status_code == 409
    assert not Consent.objects.exists()


@pytest.mark.usefixtures("stopped")
def test_a_no_is_taken_however_often_the_mind_changes(browser_with):
    person = ParticipantFactory(agreed=[PULSE])
    browser = browser_with(person)
    choices = url("join-choices", person.session)
    statuses = {
        browser.post(
            choices, as_read(person.session) | {"pulse": word}, headers=JSON
        ).status_code
        for word in ["off", "on"] * 21
    }

    answer = browser.post(choices, {"pulse": "off"}, headers=JSON)

    assert statuses == {200, 429}
    assert answer.json() == {"expression": False, "pulse": False}


@pytest.mark.parametrize(("yes", "status"), [("on", 429), ("maybe", 400)])
def test_a_no_is_taken_whatever_becomes_of_the_answer_beside_it(
    browser_with, yes, status
):
    person = ParticipantFactory(agreed=[EXPRESSION])
    browser, choices = browser_with(person), url("join-choices", person.session)
    while status == 429 and browser.post(choices, {"pulse": "on"}).status_code != 429:
        pass

    answer = browser.post(choices, {"expression": "off", "pulse": yes}, headers=JSON)

    assert answer.status_code == status
    assert not browser.post(choices, headers=JSON).json()["expression"]


@pytest.mark.usefixtures("stopped")
def test_a_no_beside_a_yes_to_an_unread_text_is_taken(browser_with, settings):
    person = ParticipantFactory(agreed=[EXPRESSION, PULSE])
    settings.FER_CONSENT_VERSION = "a newer text"
    browser, choices = browser_with(person), url("join-choices", person.session)

    answer = browser.post(choices, {"expression": "off", "pulse": "on"}, headers=JSON)

    assert answer.status_code == 409
    assert person.consents.filter(purpose=EXPRESSION, given=False).exists()


# --- the pulse ------------------------------------------------------------------------


def test_a_tap_is_handed_to_the_live_path(browser_with, taps):
    person = ParticipantFactory(agreed=[PULSE])

    answer = browser_with(person).post(
        url("join-pulse", person.session), {"tap": "too_fast"}
    )

    assert answer.status_code == 204
    assert taps == [(person.session_id, person.pk, "too_fast")]


@pytest.mark.parametrize(
    ("agreed", "session", "tap", "status"),
    [
        ([EXPRESSION], {"live": True}, "ok", 403),
        ([PULSE], {"live": True}, "bored", 400),
        ([PULSE], {"live": True}, "", 400),
        ([PULSE], {}, "ok", 409),
        ([PULSE], {"paused": True}, "ok", 409),
        ([PULSE], {"ended": True}, "ok", 409),
        ([PULSE], {"live": True, "pulse_on": False}, "ok", 409),
    ],
)
def test_a_tap_that_may_not_count_is_refused(
    agreed, session, tap, status, browser_with, taps
):
    session = ClassSessionFactory(**session)
    person = ParticipantFactory(session=session, agreed=agreed)

    answer = browser_with(person).post(url("join-pulse", session), {"tap": tap})

    assert (answer.status_code, taps) == (status, [])


@pytest.mark.usefixtures("stopped")
def test_a_tap_is_taken_back_however_soon(browser_with, taps):
    person = ParticipantFactory(agreed=[PULSE])
    browser, path = browser_with(person), url("join-pulse", person.session)

    answers = [browser.post(path, {"tap": tap}) for tap in ("ok", "none", "none")]

    assert [answer.status_code for answer in answers] == [204, 204, 204]
    assert [what for *_, what in taps] == ["ok", "none", "none"]


@pytest.mark.parametrize(
    ("agreed", "state", "status"),
    [([EXPRESSION], "live", 403), ([PULSE], "paused", 409), ([PULSE], "ended", 409)],
)
def test_nothing_is_taken_back_where_nothing_could_be_tapped(
    agreed, state, status, browser_with, taps
):
    session = ClassSessionFactory(**{state: True})
    person = ParticipantFactory(session=session, agreed=agreed)

    answer = browser_with(person).post(url("join-pulse", session), {"tap": "none"})

    assert (answer.status_code, taps) == (status, [])


def test_a_second_tap_within_a_second_is_one_too_many(browser_with, taps, stopped):
    person = ParticipantFactory(agreed=[PULSE])
    neighbour = ParticipantFactory(session=person.session, agreed=[PULSE])

    def tap(whose):
        path = url("join-pulse", person.session)
        return browser_with(whose).post(path, {"tap": "ok"}).status_code

    assert [tap(person), tap(person), tap(neighbour)] == [204, 429, 204]
    stopped.shift(1)
    assert tap(person) == 204
    assert len(taps) == 3


def test_a_hundred_old_cookies_become_one_and_open_what_they_opened(browser_with):
    people = ParticipantFactory.create_batch(100)
    browser = browser_with(people[0])
    for person in people:
        name = participant_cookie.old_name(person.session)
        browser.cookies[name] = participant_cookie.signed(person)
    browser.cookies["participant-FORGED00"] = "forged"

    browser.get(url("join-class", people[0].session))

    kept = {name for name, cookie in browser.cookies.items() if cookie.value}
    assert kept == {participant_cookie.name(), "csrftoken"}
    for person in people:
        page = browser.get(url("join-my-data", person.session))
        assert page.context["participant"] == person


def test_two_presses_make_one_participant(client):
    session = ClassSessionFactory(live=True)
    client.get(url("join", session))

    for _ in range(2):
        client.post(
            url("join", session),
            as_read(session) | {"pulse": "yes", "display_name": "Zoe"},
        )

    assert Participant.objects.get().display_name == "Zoe"
    assert Consent.objects.get().given


def test_a_no_in_an_older_tab_is_taken(client):
    """It was opened before the student joined in another one."""
    session = ClassSessionFactory(live=True)
    client.post(
        url("join", session), as_read(session) | {"expression": "yes", "pulse": "yes"}
    )

    answer = client.post(
        url("join", session), as_read(session) | {"expression": "no", "pulse": "yes"}
    )

    assert answer.url == url("join-class", session)
    assert choices_of(Participant.objects.get()) == {
        EXPRESSION: False,
        PULSE: True,
    }


# --- the way out ----------------------------------------------------------------------


@pytest.mark.parametrize("state", ["live", "ended"])
def test_leaving_deletes_participant_browser_and_old_cookie(state, browser_with):
    session = ClassSessionFactory(**{state: True})
    person = ParticipantFactory(session=session, agreed=[EXPRESSION])
    browser = browser_with(person)

    response = browser.post(url("join-leave", session))

    assert shown(response) == "join/left.html"
    assert not Participant.objects.exists()
    assert not Consent.objects.exists()
    assert not Browser.objects.exists()
    assert not browser.cookies[participant_cookie.old_name(session)].value
