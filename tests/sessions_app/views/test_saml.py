"""Signing on with an account of the school, at a SAML identity provider."""

import base64
import re
from urllib.parse import unquote, urlsplit

import pytest
import xmlsec
from allauth.socialaccount.models import SocialAccount
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from lxml import etree

from sessions_app.enums import AuditAction, Role
from sessions_app.models import AuditEntry, User
from sessions_app.services import single_sign_on as services
from sessions_app.views import sign_on
from sessions_app.web import saml, single_sign_on
from tests.saml_provider import (
    KEY,
    MAIL,
    NAMES,
    NEXT_KEY,
    OTHER_KEY,
    OUR_KEY,
    SAML,
    SamlProvider,
)
from tests.sessions_app.factories import PASSWORD, InvitationFactory, UserFactory
from tests.sessions_app.views.twice import sent_twice_at_once

pytestmark = pytest.mark.django_db

EVE = "eve@school.example"


@pytest.fixture
def provider(settings):
    provider = SamlProvider()
    settings.FER_SAML_METADATA = provider.metadata()
    settings.FER_SSO_TRUST_ADDRESSES = True
    settings.FER_SSO_DOMAINS = ["school.example"]
    settings.AUTHENTICATION_BACKENDS = [
        *settings.AUTHENTICATION_BACKENDS,
        "sessions_app.web.single_sign_on.SignOnBackend",
    ]
    return provider


def bring(browser, answer):
    """Send an answer as the page of ours does that the provider's form leads to."""
    return browser.post(reverse("saml-back"), {"SAMLResponse": answer, "again": "yes"})


def sign_on_with(browser, provider, query=""):
    return bring(browser, provider.answer(browser.get(reverse("sign-on") + query).url))


def said(response):
    return " ".join(str(each) for each in get_messages(response.wsgi_request))


def refused(browser, answer):
    """Nobody is in, the page says so, and the audit does."""
    assert said(answer) == str(sign_on.WRONG)
    assert not User.objects.exists()
    assert not SocialAccount.objects.exists()
    return AuditEntry.objects.get().action == AuditAction.REFUSED


@pytest.mark.parametrize("signs", ["Assertion", "Response"])
def test_a_new_person_of_the_domain_gets_an_account(signs, client, provider):
    provider.signs = signs

    assert sign_on_with(client, provider).url == reverse("home")

    eve = User.objects.get(email=EVE)
    assert (eve.name, eve.role, eve.has_usable_password()) == ("Eve", "teacher", False)
    assert client.get(reverse("session-list")).status_code == 200
    [kept] = SocialAccount.objects.values("provider", "uid", "extra_data")
    name = single_sign_on.provider_name()
    assert kept == {"provider": name, "uid": "eve-1", "extra_data": {}}
    details = AuditEntry.objects.values_list("detail", flat=True)
    assert (
        "own account as teacher by sign-on, of a domain whose people get one" in details
    )


def test_the_button_leads_there(client, provider):
    page = client.get(reverse("login")).content.decode()

    assert f'href="{reverse("sign-on")}"' in page


def test_it_leads_to_the_page_that_was_wanted_and_to_no_other_site(client, provider):
    wanted = reverse("course-list")

    assert sign_on_with(client, provider, f"?next={wanted}").url == wanted
    evil = sign_on_with(Client(), provider, "?next=https://evil.example/")
    assert evil.url == reverse("home")


def test_roles_follow_an_attribute(client, provider, settings):
    settings.FER_SSO_ROLE_CLAIM = "https://school.example/claims/groups"
    settings.FER_SSO_ADMINS, settings.FER_SSO_TEACHERS = ["heads"], ["staff"]
    groups = provider.attributes[settings.FER_SSO_ROLE_CLAIM] = ["choir", "heads"]
    sign_on_with(client, provider)
    assert User.objects.get().role == Role.ADMIN
    UserFactory(admin=True)
    groups[:] = ["staff"]
    sign_on_with(Client(), provider)
    assert User.objects.get(email=EVE).role == Role.TEACHER
    groups[:] = ["pupils"]

    assert said(sign_on_with(Client(), provider)) == str(services.NO_ROLE)


def test_an_address_counts_only_where_the_operator_trusts_it(
    client, provider, settings
):
    settings.FER_SSO_TRUST_ADDRESSES = False

    assert said(sign_on_with(client, provider)) == str(services.NOT_CHECKED)

    UserFactory(email=EVE)
    assert said(sign_on_with(Client(), provider)) == str(services.TAKEN)


def test_who_is_not_invited_stays_outside(client, provider, settings):
    settings.FER_SSO_DOMAINS = []
    assert said(sign_on_with(client, provider)) == str(services.NOT_INVITED)
    InvitationFactory(email=EVE, role=Role.ADMIN)

    sign_on_with(Client(), provider)

    assert User.objects.get(email=EVE).role == Role.ADMIN


def test_its_owner_connects_it(browser_of, provider, settings):
    settings.FER_SSO_TRUST_ADDRESSES = False
    eve = UserFactory(email="eve@home.example")
    browser = browser_of(eve)
    page = browser.post(reverse("sign-on-connect"), {"password": PASSWORD})

    assert bring(browser, provider.answer(page.context["away"])).url == "/security/"

    assert services.is_connected(eve)
    assert sign_on_with(Client(), provider).url == reverse("home")
    assert User.objects.get() == eve


def test_the_next_person_with_an_address_does_not_get_the_account(client, provider):
    sign_on_with(client, provider)
    provider.uid = "eve-2"

    assert said(sign_on_with(Client(), provider)) == str(services.OTHER)


# --- Who it is --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "kind", ["2.0:nameid-format:transient", "1.1:nameid-format:emailAddress"]
)
def test_a_name_that_does_not_last_names_nobody(kind, client, provider, settings):
    provider.uid_format = f"urn:oasis:names:tc:SAML:{kind}"
    assert said(sign_on_with(client, provider)) == str(sign_on.WRONG)
    settings.FER_SAML_ID = "urn:oasis:names:tc:SAML:attribute:subject-id"
    provider.attributes[settings.FER_SAML_ID] = ["eve@scope.example"]

    assert sign_on_with(Client(), provider).url == reverse("home")

    assert SocialAccount.objects.get().uid == "eve@scope.example"


@pytest.mark.parametrize("uid", ["", " ", "x" * 192])
def test_a_name_that_is_none_names_nobody(uid, client, provider):
    provider.uid = uid

    assert refused(client, sign_on_with(client, provider))


def test_a_comment_in_an_address_does_not_cut_it(client, provider):
    """A parser that stops there would read another address than was signed."""
    provider.attributes[MAIL] = ["eve@school.example.evil.example"]
    address = client.get(reverse("sign-on")).url
    plain = base64.b64decode(provider.answer(address)).decode()
    cut = plain.replace("eve@school.example.evil", "eve@school.example<!-- -->.evil")
    assert cut != plain

    bring(client, base64.b64encode(cut.encode()).decode())

    assert not User.objects.filter(email=EVE).exists()


@pytest.mark.parametrize("mail", [[], [""], ["eve"], ["eve@"]])
def test_without_an_address_there_is_no_account(mail, client, provider):
    provider.attributes[MAIL] = mail

    assert said(sign_on_with(client, provider)) == str(services.NO_ADDRESS)


def test_the_schools_records_name_the_provider(boss, browser_of, provider):
    page = browser_of(boss).get(reverse("policy-records")).content.decode()

    assert "sign-on at id.school.example says who" in page
    assert "No service outside this server is called." in page  # browsers meet it


# --- Answers that open nothing ----------------------------------------------------------

CONFIRMED = "saml:Assertion/saml:Subject/saml:SubjectConfirmation"
DATA = f"{CONFIRMED}/saml:SubjectConfirmationData"
CONDITIONS = "saml:Assertion/saml:Conditions"
WRONG = {
    "unsigned": {"signs": ""},
    "another key": {"key": OTHER_KEY},
    "another issuer": {"issuer": "https://evil.example/idp"},
    "another audience": {"audience": "https://other.example/"},
    "no audience": {"left_out": [(f"{CONDITIONS}/saml:AudienceRestriction", "")]},
    "no conditions": {"left_out": [(CONDITIONS, "")]},
    "expired": {"lasts_s": -400},
    "not yet": {"begins_s": 400},
    "without an end": {"left_out": [(DATA, "NotOnOrAfter")]},
    "another recipient": {"recipient": "https://other.example/login/school/saml/back/"},
    "no recipient": {"left_out": [(DATA, "Recipient")]},
    "another question": {"in_response_to": "_another"},
    "no question in what is signed": {"left_out": [(DATA, "InResponseTo")]},
    "no confirmation": {"left_out": [(CONFIRMED, "")]},
    "no statement": {"left_out": [("saml:Assertion/saml:AuthnStatement", "")]},
    "no assertion": {"left_out": [("saml:Assertion", "")], "signs": "Response"},
}


@pytest.mark.parametrize("wrong", WRONG)
def test_an_answer_that_is_not_for_us_opens_nothing(wrong, client, provider):
    for name, value in WRONG[wrong].items():
        setattr(provider, name, value)

    answer = sign_on_with(client, provider)

    if wrong == "another question":
        assert said(answer) == str(sign_on.LOST)
        assert not User.objects.exists()
    else:
        assert refused(client, answer)


def test_an_answer_opens_once_and_only_the_browser_that_asked(client, provider):
    answer = provider.answer(client.get(reverse("sign-on")).url)
    other = Client()
    other.get(reverse("sign-on"))

    assert said(bring(other, answer)) == str(sign_on.LOST)
    assert bring(client, answer).url == reverse("home")
    client.post(reverse("logout"))
    assert said(bring(client, answer)) == str(sign_on.LOST)
    assert client.get(reverse("session-list")).status_code == 302


@pytest.mark.django_db(transaction=True)
def test_an_answer_that_is_sent_twice_at_once_opens_once(provider, monkeypatch):
    """Two presses at the provider's page, or a copy of the browser's cookie."""
    browser = Client()
    answer = provider.answer(browser.get(reverse("sign-on")).url)

    def send(copy):
        bring(copy, answer)
        return copy.get(reverse("session-list")).status_code

    assert sent_twice_at_once(monkeypatch, browser, saml, "_take_question", send) == [
        200,
        302,
    ]
    assert AuditEntry.objects.filter(action=AuditAction.LOGGED_IN).count() == 1


def test_a_stolen_answer_is_not_sent_as_ones_own(provider):
    """What is not signed says that it answers the thief's question; what is signed does not."""
    owner, thief = Client(), Client()
    provider.left_out = [(DATA, "InResponseTo")]
    stolen = base64.b64decode(provider.answer(owner.get(reverse("sign-on")).url))
    asked = base64.b64decode(provider.answer(thief.get(reverse("sign-on")).url))
    mine, theirs = (
        re.search(b'InResponseTo="([^"]+)"', one)[1] for one in (asked, stolen)
    )

    bring(thief, base64.b64encode(stolen.replace(theirs, mine)).decode())

    assert not User.objects.exists()


def test_a_question_lasts_ten_minutes(client, provider, stopped):
    address = client.get(reverse("sign-on")).url
    stopped.shift(601)

    assert said(bring(client, provider.answer(address))) == str(sign_on.LOST)


def beside(whole, signed, forged):
    whole.append(forged)


def before(whole, signed, forged):
    whole.insert(0, forged)


def around(whole, signed, forged):
    whole.replace(signed, forged)
    forged.append(signed)


def inside_the_signature(whole, signed, forged):
    [signature] = signed.iterfind("{http://www.w3.org/2000/09/xmldsig#}Signature")
    place = etree.SubElement(signature, "{http://www.w3.org/2000/09/xmldsig#}Object")
    whole.replace(signed, forged)
    signed.remove(signature)
    forged.insert(1, signature)
    place.append(signed)


@pytest.mark.parametrize("wrap", [beside, before, around, inside_the_signature])
@pytest.mark.parametrize("same_id", [True, False])
def test_a_forged_assertion_around_a_signed_one_opens_nothing(
    wrap, same_id, client, provider
):
    """XML signature wrapping: the signature holds, of something else than is read."""
    answer = provider.answer(client.get(reverse("sign-on")).url)
    whole = etree.fromstring(base64.b64decode(answer))
    [signed] = whole.iterfind("saml:Assertion", NAMES)
    forged = etree.fromstring(etree.tostring(signed))
    for signature in forged.findall("{http://www.w3.org/2000/09/xmldsig#}Signature"):
        forged.remove(signature)
    forged.find("saml:Subject/saml:NameID", NAMES).text = "the head"
    if not same_id:
        forged.set("ID", "_forged")
    wrap(whole, signed, forged)

    bring(client, base64.b64encode(etree.tostring(whole)).decode())

    assert not SocialAccount.objects.filter(uid="the head").exists()
    assert not User.objects.exists()


BOMB = """<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">&b;</samlp:Response>"""
FILE = """<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<samlp:Response xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol">&a;</samlp:Response>"""


@pytest.mark.parametrize(
    "text", ["", "x", "<a/>", "<a", "\x00", BOMB, FILE, "<a>" * 5000], ids=str.__len__
)
@pytest.mark.parametrize("encoded", [True, False])
def test_what_cannot_be_read_opens_nothing(text, encoded, client, provider):
    client.get(reverse("sign-on"))
    answer = base64.b64encode(text.encode()).decode() if encoded else text

    said_so = said(bring(client, answer))

    assert said_so in {str(sign_on.WRONG), str(sign_on.LOST)}
    assert "root:" not in said_so


def test_no_answer_is_a_wrong_one(client, provider):
    assert said(client.post(reverse("saml-back"), {"again": "yes"})) == str(
        sign_on.WRONG
    )


def test_who_gives_up_there_is_told_so(client, provider):
    provider.status, provider.signs = "Responder", ""
    provider.left_out = [("saml:Assertion", "")]

    assert said(sign_on_with(client, provider)) == str(sign_on.CANCELLED)
    assert not AuditEntry.objects.exists()


def test_a_refusal_is_logged_with_its_cause(client, provider, caplog):
    provider.audience = "https://other.example/"

    sign_on_with(client, provider)

    assert "is not a valid audience" in caplog.text
    assert EVE not in caplog.text


def test_the_log_does_not_repeat_all_that_a_stranger_sent(client, provider, caplog):
    provider.issuer = "https://evil.example/" + 300 * "x"

    sign_on_with(client, provider)

    assert "Invalid issuer" in caplog.text
    assert 200 * "x" not in caplog.text


# --- Keys, names and addresses ----------------------------------------------------------


def test_a_provider_that_changes_its_key_publishes_both(client, settings, provider):
    both = SamlProvider(keys=(KEY, NEXT_KEY))
    settings.FER_SAML_METADATA = both.metadata()
    for key in (KEY, NEXT_KEY):
        both.key = key
        assert sign_on_with(Client(), both).url == reverse("home")
    both.key = OTHER_KEY

    assert said(sign_on_with(client, both)) == str(sign_on.WRONG)


def test_requests_are_signed_where_the_operator_has_made_a_key(
    client, provider, settings
):
    key, certificate = OUR_KEY
    settings.FER_SAML_KEY = certificate + pem_of(key)
    address = client.get(reverse("sign-on")).url
    asked, _, signature = urlsplit(address).query.partition("&Signature=")

    # As the standard has it: over the query, as it is sent, up to the signature.
    assert re.findall(r"(\w+)=", asked) == ["SAMLRequest", "SigAlg"]
    key.public_key().verify(
        base64.b64decode(unquote(signature)),
        asked.encode(),
        PKCS1v15(),
        SHA256(),
    )
    assert unquote(asked).endswith("xmldsig-more#rsa-sha256")

    ours = etree.fromstring(client.get(reverse("saml-metadata")).content)
    [descriptor] = ours.iterfind(".//{*}SPSSODescriptor")
    assert descriptor.get("AuthnRequestsSigned") == "true"
    [told] = ours.iterfind(".//{*}KeyDescriptor")
    assert told.get("use") == "signing"
    assert told.findtext(".//{*}X509Certificate") == "".join(certificate.split()[2:-2])
    assert b"PRIVATE" not in etree.tostring(ours)

    assert bring(client, provider.answer(address)).url == reverse("home")


def test_without_a_key_nothing_is_signed(client, provider):
    assert "Signature" not in client.get(reverse("sign-on")).url
    assert b"KeyDescriptor" not in client.get(reverse("saml-metadata")).content


def test_our_key_decrypts_no_answer(client, provider, settings):
    """An encrypted one is refused unread: how it fails would help to guess what is in it."""
    key, certificate = OUR_KEY
    settings.FER_SAML_KEY = pem_of(key) + certificate
    asked = client.get(reverse("sign-on")).url
    answer = etree.fromstring(base64.b64decode(provider.answer(asked)))
    encrypt_assertion(answer, certificate)

    assert refused(
        client, bring(client, base64.b64encode(etree.tostring(answer)).decode())
    )


def pem_of(key):
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def encrypt_assertion(answer, certificate):
    """As a provider does for a platform whose key it has."""
    [plain] = answer.iterfind("saml:Assertion", NAMES)
    place = etree.SubElement(answer, f"{{{NAMES['saml']}}}EncryptedAssertion")
    place.append(plain)
    data = xmlsec.template.encrypted_data_create(
        place,
        xmlsec.constants.TransformAes256Cbc,
        type=xmlsec.constants.TypeEncElement,
        ns="xenc",
    )
    xmlsec.template.encrypted_data_ensure_cipher_value(data)
    info = xmlsec.template.encrypted_data_ensure_key_info(data, ns="ds")
    kept = xmlsec.template.add_encrypted_key(info, xmlsec.constants.TransformRsaOaep)
    xmlsec.template.encrypted_data_ensure_cipher_value(kept)
    manager = xmlsec.KeysManager()
    manager.add_key(
        xmlsec.Key.from_memory(certificate, xmlsec.constants.KeyDataFormatCertPem)
    )
    context = xmlsec.EncryptionContext(manager)
    context.key = xmlsec.Key.generate(
        xmlsec.constants.KeyDataAes, 256, xmlsec.constants.KeyDataTypeSession
    )
    encrypted = context.encrypt_xml(data, plain)
    if encrypted.getparent() is None:
        place.append(encrypted)


def test_our_metadata_name_what_answers_are_held_against(client, provider, settings):
    settings.FER_PUBLIC_URL = "https://class.example.org"
    page = client.get(reverse("saml-metadata"))

    told = etree.fromstring(page.content)
    [back] = told.iter(f"{{{SAML}:metadata}}AssertionConsumerService")
    assert told.get("entityID") == "https://class.example.org/login/school/saml/"
    assert back.get("Location") == f"{told.get('entityID')}back/"
    assert sign_on_with(client, provider).url == reverse("home")


def test_the_operator_may_give_the_platform_another_name(client, provider, settings):
    settings.FER_SAML_ENTITY_ID = "urn:classmood:school"

    assert sign_on_with(client, provider).url == reverse("home")

    provider.audience = "http://testserver/login/school/saml/"
    assert said(sign_on_with(Client(), provider)) == str(sign_on.WRONG)


def test_the_first_form_is_sent_once_more_from_our_own_page(provider):
    """It comes from another site, and so without our cookies."""
    page = Client().post(reverse("saml-back"), {"SAMLResponse": '"><b>'})

    text = page.content.decode()
    assert "data-send-on" in text
    assert 'value="&quot;&gt;&lt;b&gt;"' in text
    assert not page.cookies


def test_without_such_a_provider_there_are_no_such_pages(client, settings):
    settings.FER_OIDC_ISSUER = "https://login.school.example"

    assert client.get(reverse("saml-metadata")).status_code == 404
    assert client.post(reverse("saml-back")).status_code == 404


def test_metadata_that_are_none_are_told_as_away(client, settings, provider):
    settings.FER_SAML_METADATA = "<EntityDescriptor/>"

    assert said(client.get(reverse("sign-on"))) == str(sign_on.AWAY)
