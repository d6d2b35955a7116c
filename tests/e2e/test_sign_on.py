"""Log-ins in a browser: with the school's account, at a provider on Authlib or one that speaks SAML; with a code
or a passkey.
"""

import base64
import json
import re
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from playwright.sync_api import expect

from sessions_app.services.demo_accounts import ACCOUNTS, PASSWORD
from tests.authenticator_app import code_now
from tests.e2e.conftest import Platform, Teacher, Visitor
from tests.ports import free_port
from tests.saml_provider import SamlPage

pytestmark = pytest.mark.e2e

PEOPLE = {
    "head": {"email": "head@school.example", "name": "Hanna Head", "groups": ["heads"]},
    "colleague": {"email": "cora@school.example", "name": "Cora", "groups": []},
    "pupil": {"email": "pupil@school.example", "name": "Pim", "groups": ["pupils"]},
}


@pytest.fixture(scope="module")
def provider():
    port = free_port()
    users = [json.dumps({"sub": sub} | about) for sub, about in PEOPLE.items()]
    claims = [part for user in users for part in ("--user-claims", user)]
    process = subprocess.Popen(
        [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), *claims],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield f"http://localhost:{port}"
    process.terminate()
    process.wait(timeout=60)


@pytest.fixture(scope="module")
def school(provider, tmp_path_factory):
    platform = Platform(
        tmp_path_factory.mktemp("signed-on"),
        FER_OIDC_ISSUER=provider,
        FER_OIDC_CLIENT_ID="classmood",
        FER_OIDC_CLIENT_SECRET="known to both",
        FER_OIDC_STUDENTS="on",
        FER_SSO_DOMAINS="school.example",
        FER_SSO_TRUST_ADDRESSES="on",
        FER_SSO_ROLE_CLAIM="groups",
        FER_SSO_ADMINS="heads",
    )
    platform.start()
    yield platform
    platform.stop()


def be_at_the_provider(page, sub):
    page.get_by_placeholder("sub").fill(sub)
    page.get_by_role("button", name="Authorize", exact=True).click()


def test_the_first_admin_signs_on_and_reads_who_there_is(browser, school):
    head = Visitor(browser, school.url)
    head.page.goto("/people/")
    head.page.get_by_role("link", name="Log in with School account").click()
    be_at_the_provider(head.page, "head")

    head.page.wait_for_url("**/people/")
    expect(head.page.locator("main").get_by_text("Hanna Head")).to_be_visible()
    head.page.goto("/security/")
    expect(head.page.get_by_text("head@school.example · Admin")).to_be_visible()
    expect(head.page.get_by_text("no password of this site is needed")).to_be_visible()
    head.close()


def test_a_person_without_a_role_reads_why_and_a_password_works(browser, school):
    pupil = Teacher(browser, school.url)
    pupil.page.goto("/login/")
    pupil.page.get_by_role("link", name="Log in with School account").click()
    be_at_the_provider(pupil.page, "pupil")

    expect(pupil.page.get_by_text("has no role here")).to_be_visible()
    pupil.log_in()
    pupil.close()


def test_a_teacher_connects_a_school_account(browser, school):
    teacher = Teacher(browser, school.url)
    teacher.log_in()
    teacher.page.goto("/security/")
    teacher.page.get_by_role("link", name="Connect").click()
    teacher.page.get_by_label("Your password").fill(PASSWORD)
    teacher.page.get_by_role("button", name="Continue").click()
    teacher.page.get_by_role("link", name="Connect").click()
    be_at_the_provider(teacher.page, "colleague")

    teacher.page.wait_for_url("**/security/")
    expect(
        teacher.page.get_by_text("no password of this site is needed")
    ).to_be_visible()
    teacher.close()


def test_a_student_signs_in_for_a_lesson(browser, school):
    teacher, student = (kind(browser, school.url) for kind in (Teacher, Visitor))
    teacher.log_in()
    teacher.page.goto("/sessions/new/")
    teacher.page.get_by_label("Title").fill("Rings")
    teacher.page.locator("input[name=signed_in_only]").set_checked(True)
    teacher.page.get_by_role("button", name="Create").click()
    teacher.page.wait_for_url("**/sessions/*-*/")
    code = re.search(r"/j/([A-Z0-9]{8})/", teacher.page.content())[1]

    student.page.goto(f"/j/{code}/")
    student.page.get_by_role("link", name="Sign in").click()
    be_at_the_provider(student.page, "pupil")

    expect(student.page.get_by_role("button", name="Join the lesson")).to_be_visible()
    assert "sessionid" not in {each["name"] for each in student.context.cookies()}
    for window in (teacher, student):
        window.close()


def test_a_teacher_sets_up_a_second_factor_and_logs_in_with_it(browser, school):
    here, elsewhere = (Teacher(browser, school.url) for _ in range(2))
    here.log_in()
    here.page.goto("/security/")
    here.page.get_by_role("link", name="Set up").click()
    secret = here.page.locator("code").inner_text()
    here.page.get_by_label("Your password").fill(PASSWORD)
    here.page.get_by_label("Code").fill(code_now(secret))
    here.page.get_by_role("button", name="Turn on").click()
    expect(here.page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    codes = here.page.locator("li code").all_inner_texts()

    elsewhere.page.goto("/login/")
    elsewhere.page.get_by_label("E-mail").fill(ACCOUNTS[0][0])
    elsewhere.page.get_by_label("Password", exact=True).fill(PASSWORD)
    elsewhere.page.get_by_role("button", name="Log in", exact=True).click()
    elsewhere.page.get_by_label("Code").fill("000000")
    elsewhere.page.get_by_role("button", name="Log in").click()
    expect(elsewhere.page.get_by_text("Wrong code")).to_be_visible()
    elsewhere.page.get_by_label("Code").fill(codes[0])
    elsewhere.page.get_by_role("button", name="Log in").click()

    elsewhere.page.wait_for_url(re.compile(r"//[^/]+/$"))
    for window in (here, elsewhere):
        window.close()


class SecurityKey:
    """A key that Chromium takes for one in a socket of the machine; a touch is always there."""

    def __init__(self, visitor):
        self._devtools = visitor.context.new_cdp_session(visitor.page)
        self._devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "usb"}
        options["automaticPresenceSimulation"] = True
        made = self._devtools.send(
            "WebAuthn.addVirtualAuthenticator", {"options": options}
        )
        self._name = made

    def credentials(self):
        return self._devtools.send("WebAuthn.getCredentials", self._name)["credentials"]

    def hold(self, credential):
        self._devtools.send(
            "WebAuthn.addCredential", self._name | {"credential": credential}
        )


def another_key():
    made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return base64.b64encode(made).decode()


def half_way(browser, url, account):
    """Somebody who knows the password."""
    visitor = Teacher(browser, url)
    visitor.page.goto("/login/")
    visitor.page.get_by_label("E-mail").fill(ACCOUNTS[account][0])
    visitor.page.get_by_label("Password", exact=True).fill(PASSWORD)
    visitor.page.get_by_role("button", name="Log in", exact=True).click()
    visitor.page.get_by_role("heading", name="Second factor").wait_for()
    return visitor


def test_an_admin_adds_a_passkey_logs_in_with_it_and_removes_it(browser, school):
    url = school.url.replace("127.0.0.1", "localhost")  # no passkey is made for numbers
    here = Teacher(browser, url)
    here.log_in(account=1)
    key = SecurityKey(here)
    here.page.goto("/security/")
    here.page.get_by_role("link", name="Add a passkey").click()
    here.page.get_by_label("Your password").fill(PASSWORD)
    here.page.get_by_role("button", name="Continue").click()
    here.page.get_by_label("Name").fill("Blue key")
    here.page.get_by_role("button", name="Create the passkey").click()
    expect(here.page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    [credential] = key.credentials()
    assert credential["rpId"] == "localhost"

    thief = half_way(browser, url, account=1)
    forged = SecurityKey(thief)
    thief.page.get_by_role("button", name="Use a passkey").click()
    expect(thief.page.get_by_text("The browser gave no passkey")).to_be_visible()
    forged.hold(credential | {"privateKey": another_key()})
    thief.page.get_by_role("button", name="Use a passkey").click()
    expect(thief.page.get_by_text("That did not work")).to_be_visible()

    elsewhere = half_way(browser, url, account=1)
    SecurityKey(elsewhere).hold(credential)
    elsewhere.page.get_by_role("button", name="Use a passkey").click()
    elsewhere.page.wait_for_url(re.compile(r"//[^/]+/$"))
    elsewhere.page.goto("/security/")
    elsewhere.page.get_by_role("link", name="Remove the passkey Blue key").click()
    elsewhere.page.get_by_label("Your password").fill(PASSWORD)
    elsewhere.page.get_by_role("button", name="Remove").click()
    expect(elsewhere.page.get_by_text("Removed.")).to_be_visible()
    for window in (here, thief, elsewhere):
        window.close()


@pytest.mark.long
def test_a_teacher_signs_on_at_a_saml_provider_of_another_site(
    browser, tmp_path_factory
):
    """Its form brings no cookie of ours, and our page sends it on at once."""
    folder = tmp_path_factory.mktemp("saml")
    with SamlPage() as page:
        metadata = folder / "provider.xml"
        metadata.write_text(page.provider.metadata())
        platform = Platform(
            folder,
            FER_SAML_METADATA_FILE=str(metadata),
            FER_SSO_DOMAINS="school.example",
            FER_SSO_TRUST_ADDRESSES="on",
        )
        platform.start()
        try:
            eve = Visitor(browser, platform.url)
            eve.page.goto("/courses/")
            eve.page.get_by_role("link", name="Log in with School account").click()
            eve.page.wait_for_url(f"{page.provider.sso}*")
            eve.page.get_by_role("button", name="Sign on").click()
            eve.page.wait_for_url("**/courses/")
            eve.page.goto("/security/")
            expect(eve.page.get_by_text("eve@school.example · Teacher")).to_be_visible()
            eve.close()
        finally:
            platform.stop()
