"""A SAML identity provider that says, signs and withholds what a test tells it.

Its signatures are made by signxml; the platform checks them with xmlsec, which is another library.
"""

import base64
import datetime as dt
import html
import threading
import zlib
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from lxml import etree
from signxml import XMLSigner
from signxml.algorithms import CanonicalizationMethod

EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
SAML = "urn:oasis:names:tc:SAML:2.0"
PERSISTENT = f"{SAML}:nameid-format:persistent"
MAIL = "urn:oid:0.9.2342.19200300.100.1.3"
NAMES = {"samlp": f"{SAML}:protocol", "saml": f"{SAML}:assertion"}


def _signer():
    key = rsa.generate_private_key(65537, 2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "provider")])
    began = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(began)
        .not_valid_after(began + dt.timedelta(days=36_500))
        .sign(key, hashes.SHA256())
    )
    return key, made.public_bytes(serialization.Encoding.PEM).decode()


KEY, OTHER_KEY, NEXT_KEY, OUR_KEY = (_signer() for _ in range(4))


class SamlProvider:
    name = "https://id.school.example/idp"

    def __init__(self, sso="https://id.school.example/sso", keys=(KEY,)):
        self.sso, self._published = sso, keys
        self.key, self.signs = keys[0], "Assertion"  # or Response, or nothing
        self.issuer, self.uid, self.uid_format = self.name, "eve-1", PERSISTENT
        self.attributes = {MAIL: ["eve@school.example"], "displayName": ["Eve"]}
        self.status, self.lasts_s, self.begins_s = "Success", 60, -5
        self.audience = self.recipient = self.in_response_to = None  # as asked
        self.left_out = ()  # elements and attributes of an answer

    def metadata(self):
        keys = "".join(
            '<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>'
            f"{''.join(pem.splitlines()[1:-1])}"
            "</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
            for _, pem in self._published
        )
        return (
            f'<md:EntityDescriptor xmlns:md="{SAML}:metadata" entityID="{self.name}" '
            'xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><md:IDPSSODescriptor '
            f'protocolSupportEnumeration="{SAML}:protocol">{keys}<md:SingleSignOnService '
            f'Binding="{SAML}:bindings:HTTP-Redirect" Location="{self.sso}"/>'
            "</md:IDPSSODescriptor></md:EntityDescriptor>"
        )

    def answer(self, address, now=None):
        """What its page makes a browser send back, after it was sent to this address."""
        packed = parse_qs(urlsplit(address).query)["SAMLRequest"][0]
        asked = etree.fromstring(zlib.decompress(base64.b64decode(packed), -15))
        return base64.b64encode(self._written(asked, now)).decode()

    def _written(self, asked, now):
        now = now or dt.datetime.now(dt.UTC)
        begins, ends = (
            f"{now + dt.timedelta(seconds=s):%Y-%m-%dT%H:%M:%SZ}"
            for s in (self.begins_s, self.lasts_s)
        )
        place = self.recipient or asked.get("AssertionConsumerServiceURL")
        question = self.in_response_to or asked.get("ID")
        audience = self.audience or asked.findtext("saml:Issuer", namespaces=NAMES)
        attributes = "".join(
            f'<saml:Attribute Name="{name}">'
            + "".join(
                f"<saml:AttributeValue>{html.escape(value)}</saml:AttributeValue>"
                for value in values
            )
            + "</saml:Attribute>"
            for name, values in self.attributes.items()
        )
        text = f"""<samlp:Response xmlns:samlp="{NAMES["samlp"]}" xmlns:saml="{NAMES["saml"]}"
  ID="_response" Version="2.0" IssueInstant="{begins}" Destination="{place}" InResponseTo="{question}">
  <saml:Issuer>{self.issuer}</saml:Issuer>
  <samlp:Status><samlp:StatusCode Value="{SAML}:status:{self.status}"/></samlp:Status>
  <saml:Assertion ID="_assertion" Version="2.0" IssueInstant="{begins}">
    <saml:Issuer>{self.issuer}</saml:Issuer>
    <saml:Subject>
      <saml:NameID Format="{self.uid_format}">{html.escape(self.uid)}</saml:NameID>
      <saml:SubjectConfirmation Method="{SAML}:cm:bearer">
        <saml:SubjectConfirmationData NotOnOrAfter="{ends}" Recipient="{place}" InResponseTo="{question}"/>
      </saml:SubjectConfirmation>
    </saml:Subject>
    <saml:Conditions NotBefore="{begins}" NotOnOrAfter="{ends}">
      <saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction>
    </saml:Conditions>
    <saml:AuthnStatement AuthnInstant="{begins}"><saml:AuthnContext>
      <saml:AuthnContextClassRef>{SAML}:ac:classes:Password</saml:AuthnContextClassRef>
    </saml:AuthnContext></saml:AuthnStatement>
    <saml:AttributeStatement>{attributes}</saml:AttributeStatement>
  </saml:Assertion>
</samlp:Response>"""
        whole = etree.fromstring(text)
        for path, attribute in self.left_out:
            for found in whole.iterfind(path, NAMES):
                if attribute:
                    del found.attrib[attribute]
                else:
                    found.getparent().remove(found)
        return etree.tostring(self._signed(whole))

    def _signed(self, whole):
        key, pem = self.key
        signer = XMLSigner(c14n_algorithm=EXCLUSIVE)
        if self.signs == "Response":
            return _in_place(
                signer.sign(whole, key=key, cert=pem, reference_uri="_response")
            )
        if self.signs == "Assertion":
            [plain] = whole.iterfind("saml:Assertion", NAMES)
            made = signer.sign(plain, key=key, cert=pem, reference_uri="_assertion")
            whole.replace(plain, _in_place(made))
        return whole


def _in_place(signed):
    """The signature behind the issuer, where SAML's schema has it."""
    [signature] = signed.iterfind("{http://www.w3.org/2000/09/xmldsig#}Signature")
    signed.insert(1, signature)
    return signed


class SamlPage(ThreadingHTTPServer):
    """The provider's page for browsers: one button, which sends the answer as a form."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Page)
        self.provider = SamlProvider(f"http://localhost:{self.server_address[1]}/sso")

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class _Page(BaseHTTPRequestHandler):
    def do_GET(self):
        asked = parse_qs(urlsplit(self.path).query)["SAMLRequest"][0]
        request = etree.fromstring(zlib.decompress(base64.b64decode(asked), -15))
        page = (
            f'<!doctype html><form method="post" action="{request.get("AssertionConsumerServiceURL")}">'
            f'<input type="hidden" name="SAMLResponse" value="{self.server.provider.answer(self.path)}">'
            "<button>Sign on</button></form>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, *_):
        pass
