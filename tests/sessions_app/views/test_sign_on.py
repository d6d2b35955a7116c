"""Signing on with an account of the school, at a provider that listens on a port."""

from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialApp
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse

from sessions_app.enums import AuditAction, Role
from sessions_app.models import AuditEntry, Invitation, LogIn, Participant, User
from sessions_app.services import single_sign_on as services
from sessions_app.views import sign_on
from sessions_app.web import single_sign_on
from sessions_app.web.single_sign_on import PROVIDER
from tests.openid_provider import CLIENT, KEY, OTHER_KEY, Provider
from tests.ports import free_port
from tests.sessions_app.factories import (
    PASSWORD,
    ClassSessionFactory,
    InvitationFactory,
    UserFactory,
    as_read,
)

pytestmark = pytest.mark.django_db

EVE = "eve@school.example"
SECRET = "a secret that an attacker chose, of 32 bytes"


@pytest.fixture
def provider(settings):
    with Provider() as provider:
        settings.FER_OIDC_ISSUER = provider.issuer
        settings.FER_OIDC_CLIENT_ID = CLIENT
        settings.FER_OIDC_CLIENT_SECRET = "known to both"
        settings.FER_SSO_TRUST_ADDRESSES = True
        settings.FER_SSO_DOMAINS = ["school.example"]
        settings.AUTHENTICATION_BACKENDS = [
            *settings.AUTHENTICATION_BACKENDS,
            "sessions_app.web.single_sign_on.SignOnBackend",
        ]
        yield provider


def way_back(browser, query=""):
    """Go to the provider and through it; the address it sends the browser back to."""
    away = browser.get(reverse("sign-on") + query).url
    return came_back(requests.get(away, allow_redirects=False, timeout=20))


def came_back(answer):
    back = urlsplit(answer.headers["Location"])
    assert back.path == reverse("sign-on-callback")
    return f"{back.path}?{back.query}"


def sign_on_with(browser, query=""):
    return browser.get(way_back(browser, query))


def said(response):
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


def account():
    return User.objects.get(email=EVE)


def test_a_new_person_of_the_domain_gets_an_account_without_a_password(
    client, provider
):
    answer = sign_on_with(client)

    assert answer.url == reverse("home")
    eve = account()
    assert (eve.name, eve.role, eve.has_usable_password()) == ("Eve", "teacher", False)
    assert client.get(reverse("session-list")).status_code == 200
    details = list(AuditEntry.objects.order_by("pk").values_list("action", "detail"))
    assert details[0] == (
        "made",
        "own account as teacher by sign-on, of a domain whose people get one",
    )
    assert details[1][0] == "logged_in"
    assert details[1][1].startswith("by sign-on, ")


def test_nothing_is_kept_but_who_it_is(client, provider):
    provider.person |= {"groups": ["staff"], "birthdate": "1990-01-01"}

    for _ in range(2):
        sign_on_with(client)

    [kept] = SocialAccount.objects.values("provider", "uid", "extra_data")
    name = single_sign_on.provider_name()
    assert kept == {"provider": name, "uid": "eve-1", "extra_data": {}}
    assert not EmailAddress.objects.exists()
    assert "birthdate" not in str(list(LogIn.objects.values_list("session_data")))


def test_it_leads_to_the_page_that_was_wanted_and_to_no_other_site(client, provider):
    wanted = reverse("course-list")

    assert sign_on_with(client, f"?next={wanted}").url == wanted
    assert sign_on_with(Client(), "?next=https://evil.example/").url == reverse("home")


@pytest.mark.parametrize("wanted", ["nothing", "%3Fx=1"])
def test_a_page_of_no_known_name_is_wanted_and_the_log_in_stays(
    wanted, client, provider
):
    assert sign_on_with(client, f"?next={wanted}").status_code == 302
    assert client.get(reverse("session-list")).status_code == 200


def test_who_is_known_is_known_by_another_address_too(client, provider):
    sign_on_with(client)
    provider.person["email"] = "eve.married@school.example"

    assert sign_on_with(Client()).url == reverse("home")

    assert User.objects.get().email == EVE


def test_an_invited_person_gets_the_invitations_role(client, provider, settings):
    settings.FER_SSO_DOMAINS = []
    InvitationFactory(email=EVE, role=Role.ADMIN)

    assert sign_on_with(client).url == reverse("home")

    assert account().role == Role.ADMIN
    assert not Invitation.objects.open().exists()


def test_whoever_is_not_invited_stays_outside(client, provider, settings):
    settings.FER_SSO_DOMAINS = ["staff.school.example"]

    answer = sign_on_with(client)

    assert (answer.url, said(answer)) == (reverse("login"), str(services.NOT_INVITED))
    assert not User.objects.exists()
    assert AuditEntry.objects.get().action == AuditAction.REFUSED


@pytest.mark.parametrize(
    ("trusted", "told", "made"),
    [
        (True, None, True),
        (True, True, True),
        (True, False, False),
        (False, True, True),
        (False, "true", True),
        (False, None, False),
        (False, False, False),
    ],
)
def test_an_address_counts_where_it_was_checked(
    trusted, told, made, client, provider, settings
):
    settings.FER_SSO_TRUST_ADDRESSES = trusted
    provider.person["email_verified"] = told

    sign_on_with(client)

    assert User.objects.exists() == made


@pytest.mark.parametrize("email", [None, "", "eve", "eve@", " ", "a@b@c.example"])
def test_without_an_address_there_is_no_account(email, client, provider):
    provider.person["email"] = email

    assert said(sign_on_with(client)) == str(services.NO_ADDRESS)


# --- An account that was there before ---------------------------------------------------


def test_an_account_is_not_joined_by_its_address_alone(client, provider, settings):
    settings.FER_SSO_TRUST_ADDRESSES = False
    provider.person["email_verified"] = True
    UserFactory(email=EVE)

    answer = sign_on_with(client)

    assert (answer.url, said(answer)) == (reverse("login"), str(services.TAKEN))
    assert not SocialAccount.objects.exists()
    assert EVE in AuditEntry.objects.get().detail


def test_where_the_operator_trusts_addresses_it_is_and_the_password_stays(
    client, provider
):
    eve = UserFactory(email=EVE)

    assert sign_on_with(client).url == reverse("home")

    kept = User.objects.get()
    assert (kept.pk, kept.password) == (eve.pk, eve.password)
    changed = AuditEntry.objects.get(action=AuditAction.CHANGED)
    assert "connected with a school account by its address" in changed.detail


def test_the_next_person_with_an_address_does_not_get_the_account(client, provider):
    sign_on_with(client)
    provider.person["sub"] = "eve-2"

    assert said(sign_on_with(Client())) == str(services.OTHER)


def asked_to_connect(browser, password=PASSWORD):
    """Give the password; where the page leads to then, if anywhere."""
    answer = browser.post(reverse("sign-on-connect"), {"password": password})
    return answer.context["away"]


def test_an_open_desk_connects_nothing(browser_of, provider):
    """Nobody gives an account another door who does not know its password."""
    assert not asked_to_connect(browser_of(UserFactory()), "not the password")


def test_its_owner_connects_it(browser_of, provider, settings):
    settings.FER_SSO_TRUST_ADDRESSES = False
    eve = UserFactory(email="eve@home.example")
    browser = browser_of(eve)
    away = asked_to_connect(browser)

    answer = browser.get(
        came_back(requests.get(away, allow_redirects=False, timeout=20))
    )

    assert answer.url == reverse("security")
    assert services.is_connected(eve)
    assert sign_on_with(Client()).url == reverse("home")
    assert User.objects.get() == eve


def disconnected(browser):
    return browser.post(reverse("sign-on-disconnect"), follow=True)


def test_its_owner_disconnects_it_again(browser_of, provider, settings):
    settings.FER_SSO_TRUST_ADDRESSES = False
    eve = UserFactory(email="eve@home.example")
    browser = browser_of(eve)
    away = asked_to_connect(browser)
    browser.get(came_back(requests.get(away, allow_redirects=False, timeout=20)))
    assert reverse("sign-on-disconnect") in browser.get("/security/").content.decode()

    assert (
        said(disconnected(browser)) == "Your school account is not connected any more."
    )

    assert not services.is_connected(eve)
    sign_on_with(client := Client())
    assert client.session.get("_auth_user_id") != str(eve.pk)
    [entry] = AuditEntry.objects.filter(detail__contains="disconnected")
    assert entry.actor == eve.email


def test_a_log_in_ends_with_the_school_account_that_gave_it(browser_of, provider):
    sign_on_with(elsewhere := Client())
    eve = account()
    eve.set_password(PASSWORD)
    User.objects.filter(pk=eve.pk).update(password=eve.password)
    sign_on_with(here := Client())
    by_password = browser_of(eve)

    answer = disconnected(here)

    assert said(answer) == "Your school account is not connected any more."
    assert answer.redirect_chain[-1][0].startswith(reverse("login"))
    is_in = [
        browser.get(reverse("session-list")).status_code == 200
        for browser in (here, elsewhere, by_password)
    ]
    assert is_in == [False, False, True]


def test_who_has_no_password_here_stays_connected(client, provider):
    sign_on_with(client)

    assert (
        reverse("sign-on-disconnect") not in client.get("/security/").content.decode()
    )
    assert said(disconnected(client)) == "Nothing changed: set a password first."

    assert services.is_connected(account())


@pytest.mark.parametrize("at_once", [False, True])
def test_a_school_account_is_connected_with_one_account(
    at_once, client, browser_of, provider, monkeypatch
):
    sign_on_with(client)
    browser = browser_of(UserFactory())
    if at_once:  # both looked before either of them wrote
        monkeypatch.setattr(services, "_owner", lambda uid: None)
    away = asked_to_connect(browser)

    answer = browser.get(
        came_back(requests.get(away, allow_redirects=False, timeout=20))
    )

    assert said(answer) == str(services.ANOTHERS)
    assert SocialAccount.objects.get().user == account()


def test_an_account_is_connected_with_one_school_account(browser_of, provider):
    eve = UserFactory()
    SocialAccount.objects.create(user=eve, provider=PROVIDER, uid="another")
    browser = browser_of(eve)
    away = asked_to_connect(browser)

    answer = browser.get(
        came_back(requests.get(away, allow_redirects=False, timeout=20))
    )

    assert said(answer) == str(services.OTHER)
    assert SocialAccount.objects.get().uid == "another"


def test_what_one_person_began_another_does_not_finish(browser_of, provider):
    browser = browser_of(UserFactory())
    away = asked_to_connect(browser)
    back = came_back(requests.get(away, allow_redirects=False, timeout=20))
    browser.force_login(UserFactory(), "django.contrib.auth.backends.ModelBackend")

    browser.get(back)

    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(client, provider):
    UserFactory(email=EVE, is_active=False)

    assert said(sign_on_with(client)) == str(services.CLOSED)
    assert client.get(reverse("session-list")).status_code == 302


def test_an_account_that_is_closed_later_is_closed_for_sign_on_too(client, provider):
    sign_on_with(client)
    eve = account()
    eve.is_active = False
    eve.save()

    assert said(sign_on_with(Client())) == str(services.CLOSED)
    assert client.get(reverse("session-list")).status_code == 302


# --- Roles ------------------------------------------------------------------------------


@pytest.fixture
def by_groups(provider, settings):
    settings.FER_SSO_ROLE_CLAIM = "realm_access.roles"
    settings.FER_SSO_ADMINS, settings.FER_SSO_TEACHERS = ["heads"], ["staff"]

    def groups(*names):
        provider.person["realm_access"] = {"roles": list(names)}

    return groups


@pytest.mark.parametrize(
    ("groups", "role"),
    [(["heads"], "admin"), (["staff"], "teacher"), (["staff", "heads"], "admin")],
)
def test_a_role_comes_from_a_claim(groups, role, client, by_groups):
    by_groups(*groups)

    sign_on_with(client)

    assert account().role == role


@pytest.mark.parametrize(
    "claim",
    [None, "heads", {}, {"roles": None}, {"roles": []}, {"roles": ["Heads"]}, 7],
)
def test_without_a_role_nobody_gets_in(claim, client, by_groups, provider):
    provider.person["realm_access"] = claim

    answer = sign_on_with(client)

    assert (answer.url, said(answer)) == (reverse("login"), str(services.NO_ROLE))
    assert not User.objects.exists()


@pytest.mark.parametrize("claim", ["https://school.example/roles", "group"])
def test_a_claim_may_be_a_web_address_and_one_text(claim, client, provider, settings):
    settings.FER_SSO_ROLE_CLAIM, settings.FER_SSO_ADMINS = claim, ["heads"]
    provider.person[claim] = "heads"

    sign_on_with(client)

    assert account().role == Role.ADMIN


def test_a_role_follows_the_claim_but_the_last_admin_stays_one(client, by_groups):
    by_groups("heads")
    sign_on_with(client)
    by_groups("staff")

    assert sign_on_with(client).url == reverse("home")
    assert account().role == Role.ADMIN
    UserFactory(admin=True)
    sign_on_with(client)

    assert account().role == Role.TEACHER
    assert (
        "role: admin → teacher"
        in AuditEntry.objects.filter(action="changed").get().detail
    )


# --- Answers that are not to be trusted -------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": "another-client"},
        {"aud": [CLIENT, "another-client"], "azp": "another-client"},
        {"iss": "https://login.evil.example"},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": 9_999_999_999},
        {"sub": None},
        {"sub": ""},
        {"sub": "e" * 300},
        {"sub": 7},
    ],
    ids=str,
)
def test_an_answer_about_somebody_or_something_else_opens_nothing(
    wrong, client, provider
):
    """What is wrong in the token is so in `userinfo`, too: nothing else gives it away."""
    provider.token = wrong
    provider.userinfo = {"sub": wrong["sub"]} if "sub" in wrong else {}

    refused(sign_on_with(client))


def test_a_provider_with_one_key_need_not_name_it(client, provider):
    provider.names_key = False

    assert sign_on_with(client).url == reverse("home")


@pytest.mark.parametrize("names_key", [True, False])
@pytest.mark.parametrize(
    ("key", "algorithm"),
    [(OTHER_KEY, "RS256"), (None, "none"), (SECRET, "HS256"), (KEY, "RS256")],
)
def test_an_answer_of_another_key_or_of_none_opens_nothing(
    key, algorithm, names_key, client, provider
):
    provider.key, provider.algorithm = key, algorithm
    provider.names_key = names_key

    answer = sign_on_with(client)

    if key is KEY:
        assert answer.url == reverse("home")
    else:
        refused(answer)


@pytest.mark.parametrize(
    ("where", "wrong"),
    [
        ("userinfo", {"sub": "somebody else"}),
        ("userinfo", {"sub": None}),
        ("discovery", {"token_endpoint": "http://127.0.0.1:9/"}),
        ("discovery", {"jwks_uri": "http://127.0.0.1:9/"}),
    ],
)
def test_other_answers_that_do_not_fit_open_nothing(where, wrong, client, provider):
    setattr(provider, where, wrong)

    refused(sign_on_with(client))


def refused(answer):
    assert answer.url == reverse("login")
    assert said(answer) in {str(sign_on.WRONG), str(sign_on.AWAY)}
    assert not User.objects.exists()
    [entry] = AuditEntry.objects.all()
    assert entry.action == AuditAction.REFUSED


@pytest.mark.parametrize("said_by_it", [{}, {"error": "invalid_client"}])
def test_the_log_names_nobody_where_an_answer_is_refused(
    said_by_it, client, provider, caplog
):
    provider.access = said_by_it

    refused(sign_on_with(client))

    assert said_by_it.get("error", "unreadable") in caplog.text
    assert provider.id_token().split(".")[1][:40] not in caplog.text


def test_an_answer_opens_once_and_only_the_browser_that_asked(client, provider):
    back = way_back(client)

    assert said(Client().get(back)) == str(sign_on.LOST)
    assert client.get(back).url == reverse("home")
    client.post(reverse("logout"))
    assert said(client.get(back)) == str(sign_on.LOST)
    assert client.get(reverse("session-list")).status_code == 302


def test_an_answer_that_has_just_been_taken_by_another_press_is_no_fault(
    client, provider, monkeypatch
):
    back, count = way_back(client), sign_on.count_request

    def meanwhile(*asked):
        count(*asked)
        LogIn.objects.all().delete()  # as a log-in does with the session before it

    monkeypatch.setattr(sign_on, "count_request", meanwhile)

    answer = client.get(back)

    assert (answer.url, said(answer)) == (reverse("login"), str(sign_on.LOST))


def test_a_code_that_was_stolen_is_of_no_use_in_another_browser(client, provider):
    """The provider gives no token without the secret that the asking browser's row holds."""
    stolen, own = way_back(client), way_back(thief := Client())
    code, state = (part.split("&state=") for part in (stolen, own))

    answer = thief.get(f"{code[0]}&state={state[1]}")

    assert said(answer) == str(sign_on.WRONG)
    assert thief.get(reverse("session-list")).status_code == 302


@pytest.mark.parametrize(
    "query",
    ["", "?code=x", "?state=x&code=x", "?error=access_denied", "?code=\x00&state=\x00"],
)
def test_an_address_that_nobody_asked_for_opens_nothing(query, client, provider):
    answer = client.get(reverse("sign-on-callback") + query)

    assert said(answer) == str(sign_on.LOST)


def test_somebody_who_turns_back_at_the_provider_reads_that(client, provider):
    back = way_back(client)
    state = back.split("state=")[1]

    answer = client.get(
        f"{reverse('sign-on-callback')}?error=access_denied&state={state}"
    )

    assert (answer.url, said(answer)) == (reverse("login"), str(sign_on.CANCELLED))


# --- The provider is away ---------------------------------------------------------------


@pytest.mark.parametrize("how", ["nobody listens", "it fails", "no json", "nonsense"])
def test_while_the_provider_is_away_passwords_work(how, client, provider, settings):
    if how == "nobody listens":
        settings.FER_OIDC_ISSUER = f"http://127.0.0.1:{free_port()}"
    elif how == "it fails":
        provider.status = 503
    elif how == "nonsense":
        provider.discovery = {"jwks_uri": 7}
    else:
        settings.FER_OIDC_ISSUER = f"{provider.issuer}/authorize/.well-known/nothing"

    answer = client.get(reverse("sign-on"))

    assert (answer.url, said(answer)) == (reverse("login"), str(sign_on.AWAY))
    page = client.get(answer.url)
    assert "cannot be reached right now" in page.content.decode()
    assert 'name="password"' in page.content.decode()


def test_what_fails_on_the_way_back_is_said_too(client, provider):
    back = way_back(client)
    provider.status = 500

    assert said(client.get(back)) in {str(sign_on.WRONG), str(sign_on.AWAY)}


@pytest.mark.usefixtures("stopped")
def test_asking_too_often_is_refused(client, provider, settings):
    settings.FER_LOGIN_RATE = "3/m"
    codes = [client.get(reverse("sign-on")).status_code for _ in range(4)]

    assert codes == [302, 302, 302, 429]


# --- Doors that are not there -----------------------------------------------------------


def test_its_button_is_in_the_readers_language_or_as_the_operator_says(
    client, provider, settings
):
    settings.FER_SSO_NAME = ""
    client.cookies["language"] = "de"
    assert "Anmelden mit Schulkonto" in client.get(reverse("login")).content.decode()

    settings.FER_SSO_NAME = "Campus-ID"
    assert "Anmelden mit Campus-ID" in client.get(reverse("login")).content.decode()


def test_without_a_provider_there_is_no_sign_on(client, teacher, browser_of):
    assert "School account" not in client.get(reverse("login")).content.decode()
    for name in ("sign-on", "sign-on-callback"):
        assert client.get(reverse(name)).status_code == 404
    assert browser_of(teacher).post(reverse("sign-on-connect")).status_code == 404


def test_a_log_in_ends_where_the_provider_is_no_longer_set(client, provider, settings):
    sign_on_with(client)
    settings.AUTHENTICATION_BACKENDS = settings.AUTHENTICATION_BACKENDS[:-1]

    assert client.get(reverse("session-list")).status_code == 302


def test_no_provider_is_found_in_the_database(client, settings):
    """Or an admin, or whoever writes a row, could let anybody in."""
    SocialApp.objects.create(
        provider="openid_connect", provider_id="oidc", client_id="x"
    )

    assert client.get(reverse("sign-on")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        *("/accounts/signup/", "/accounts/login/", "/signup/", "/accounts/email/"),
        *(
            "/accounts/password/reset/",
            "/accounts/social/connections/",
            "/accounts/oidc/login/",
        ),
    ],
)
def test_no_page_of_the_library_is_there(path, client, provider):
    assert client.get(path).status_code == 404


def test_an_account_without_a_password_gets_none_by_mail(client, provider, mailoutbox):
    """The provider alone says whether its owner still gets in."""
    sign_on_with(client)

    client.post(reverse("password_reset"), {"email": EVE})

    assert mailoutbox == []


# --- Students ---------------------------------------------------------------------------


@pytest.fixture
def lesson(settings, provider):
    settings.FER_OIDC_STUDENTS = True
    return ClassSessionFactory(live=True, signed_in_only=True)


def sign_in(browser, lesson):
    away = browser.get(reverse("join-sign-in", args=[lesson.join_code])).url
    return browser.get(came_back(requests.get(away, allow_redirects=False, timeout=20)))


def test_a_student_joins_signed_in_without_an_account_and_without_a_trace(
    client, lesson
):
    page = reverse("join", args=[lesson.join_code])
    assert client.get(page).status_code == 403

    assert sign_in(client, lesson).url == page
    client.post(page, as_read(lesson) | {"expression": "no", "pulse": "yes"})

    student = Participant.objects.get()
    assert len(student.sign_in_hash) == 64
    assert not (
        User.objects.exclude(pk=lesson.teacher_id) | User.objects.filter(email=EVE)
    )
    assert not SocialAccount.objects.exists()
    assert not LogIn.objects.exists()
    assert not AuditEntry.objects.filter(action="logged_in").exists()
    assert EVE not in str(client.cookies)


def test_a_person_counts_once_in_two_browsers(lesson):
    for _ in range(2):
        browser = Client()
        sign_in(browser, lesson)
        page = reverse("join", args=[lesson.join_code])
        browser.post(page, as_read(lesson) | {"expression": "no", "pulse": "yes"})

    assert Participant.objects.count() == 1


def test_names_of_the_provider_that_differ_in_case_are_two_people(lesson, provider):
    page = reverse("join", args=[lesson.join_code])
    for provider.person["sub"] in ("eve-1", "Eve-1"):
        browser = Client()
        sign_in(browser, lesson)
        browser.post(page, as_read(lesson) | {"expression": "no", "pulse": "yes"})

    assert Participant.objects.count() == 2


def test_a_student_gets_no_log_in_by_that(client, lesson):
    sign_in(client, lesson)

    assert client.get(reverse("session-list")).status_code == 302


@pytest.mark.usefixtures("stopped")
def test_a_class_at_one_address_signs_in_and_locks_no_teacher_out(lesson, settings):
    settings.FER_LOGIN_RATE = "3/m"

    joined = {sign_in(Client(), lesson).url for _ in range(5)}

    assert joined == {reverse("join", args=[lesson.join_code])}
    assert sign_on_with(Client()).url == reverse("home")


def test_a_lesson_for_all_sends_nobody_away(client, provider, settings):
    settings.FER_OIDC_STUDENTS = True
    open_to_all = ClassSessionFactory(live=True)

    answer = client.get(reverse("join-sign-in", args=[open_to_all.join_code]))

    assert answer.url == reverse("join", args=[open_to_all.join_code])


def test_a_student_reads_that_the_provider_is_away(client, lesson, provider):
    provider.status = 503

    answer = client.get(reverse("join-sign-in", args=[lesson.join_code]))

    assert answer.url == reverse("join", args=[lesson.join_code])
    page = client.get(answer.url).content.decode()
    assert "cannot be reached right now" in page
    assert "password" not in page


def test_the_proxys_header_goes_first(client, lesson, settings):
    settings.FER_SIGNED_IN_HEADER = "X-School-Name"
    page = reverse("join-sign-in", args=[lesson.join_code])

    answer = client.get(page, headers={"X-School-Name": "eve"})

    assert answer.url == reverse("join", args=[lesson.join_code])
    assert "signed-in" in client.cookies


def test_what_a_learning_platform_made_is_its_owners_once_the_school_says_who_that_is(
    client, provider, token_of, settings
):
    """A teacher there may have typed the address of somebody who had no account here yet."""
    settings.FER_SSO_ROLE_CLAIM = "groups"
    settings.FER_SSO_ADMINS = ["admins"]
    provider.person |= {"groups": ["admins"]}
    mallory = UserFactory(email=EVE, admin=False)
    mallory.set_unusable_password()
    mallory.save()
    SocialAccount.objects.create(user=mallory, provider="lti 1", uid="mallory")
    theirs, token = Client(), token_of(mallory)
    theirs.force_login(mallory, "sessions_app.web.lti.LtiBackend")

    assert sign_on_with(client).url == reverse("home")

    assert client.get(reverse("people")).status_code == 200
    assert theirs.get(reverse("people")).status_code == 302
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert Client().get(reverse("api-session-list"), **bearer).status_code == 401
    [kept] = SocialAccount.objects.all()
    assert kept.provider == single_sign_on.provider_name()


def test_a_launch_under_way_is_let_in_no_more_once_its_account_has_an_owner(
    client, provider
):
    mallory = UserFactory(email=EVE)
    mallory.set_unusable_password()
    mallory.save()
    SocialAccount.objects.create(user=mallory, provider="lti 1", uid="mallory")
    theirs, read_before = Client(), User.objects.get()

    sign_on_with(client)
    theirs.force_login(read_before, "sessions_app.web.lti.LtiBackend")

    assert theirs.get(reverse("security")).status_code == 302
    assert client.get(reverse("security")).status_code == 200


@pytest.fixture
def next_provider(provider, settings):
    """The operator names another one, which calls somebody else as the first one did."""
    with Provider() as following:
        following.person |= {"email": "mallory@school.example", "name": "Mallory"}

        def change(to=following):
            settings.FER_OIDC_ISSUER = to.issuer

        yield change


def test_another_provider_that_calls_somebody_the_same_opens_nobodys_account(
    client, provider, next_provider
):
    sign_on_with(client)
    eve = account()
    next_provider()

    sign_on_with(Client())

    mallory = User.objects.get(email="mallory@school.example")
    assert eve.log_ins.count() == mallory.log_ins.count() == 1
    next_provider(to=provider)
    sign_on_with(Client())
    assert eve.log_ins.count() == 2


def test_a_link_that_named_no_provider_is_the_present_ones_from_now_on(
    client, provider, next_provider
):
    eve = UserFactory(email="eve@before.example")
    SocialAccount.objects.create(user=eve, provider=PROVIDER, uid="eve-1")

    sign_on_with(client)
    next_provider()
    sign_on_with(Client())

    assert eve.log_ins.count() == 1


def test_who_signed_on_with_the_provider_before_keeps_what_is_theirs(
    client, provider, token_of
):
    """The school has gone over from one kind of provider to another."""
    eve = UserFactory(email=EVE)
    eve.set_unusable_password()
    eve.save()
    SocialAccount.objects.create(user=eve, provider="saml", uid="eve")
    token = token_of(eve)

    sign_on_with(client)

    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    assert Client().get(reverse("api-session-list"), **bearer).status_code == 200
