"""A learning platform over HTTP: it says, signs and withholds what a test tells it.

What it claims of a person is what Canvas, Moodle and Open edX claim, as they document it (and as
lti-consumer-xblock, the code of Open edX, makes it): the same claims, roles and forms of ids.
"""

import html
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP = "https://purl.imsglobal.org/spec/lti-dl/claim/"
LIS = "http://purl.imsglobal.org/vocab/lis/v2/"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
KEY, NEXT_KEY, STRANGE_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(3))
GRADES = {  # of the services that platforms offer to every tool; ours uses none
    "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {
        "scope": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
        "lineitems": "https://lms.example/lineitems",
    },
    "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
        "context_memberships_url": "https://lms.example/memberships",
        "service_versions": ["2.0"],
    },
}


def canvas(*, teacher):
    """Roles of the whole school stand among those of the course."""
    membership = "Instructor" if teacher else "Learner"
    everywhere = ["institution/person#Instructor", "institution/person#Student"]
    roles = [*(everywhere if teacher else everywhere[1:]), f"membership#{membership}"]
    return {
        "sub": "8171934b-f5e2-4f4e-bdbd-6d798615b93e" if teacher else "5f-student",
        "azp": "10000000000007",
        "name": "Eve Example" if teacher else "Mia Pupil",
        "email": "eve@school.example" if teacher else "mia@school.example",
        "locale": "en",
        f"{CLAIM}deployment_id": "847:b81accac78543cb7cd239f3792bcfdc7c6efeadb",
        f"{CLAIM}roles": [f"{LIS}{role}" for role in [*roles, "system/person#User"]],
        f"{CLAIM}context": {
            "id": "b81accac78543cb7cd239f3792bcfdc7c6efeadb",
            "label": "GEO 101",
            "title": "Introduction to Geology",
            "type": [f"{LIS}course#CourseOffering"],
            "validation_context": None,
        },
        f"{CLAIM}resource_link": {"id": "4dde05e8", "title": None, "description": None},
        f"{CLAIM}tool_platform": {
            "guid": "7HekrJ8Q:canvas-lms",
            "name": "The School",
            "product_family_code": "canvas",
            "version": "cloud",
        },
        f"{CLAIM}launch_presentation": {"document_target": "iframe", "locale": "en"},
        f"{CLAIM}custom": {},
        "https://www.instructure.com/placement": "course_navigation",
        "errors": {"errors": {}},
    } | GRADES


def moodle(*, teacher):
    """Ids are short numbers; an administrator teaches everywhere."""
    roles = ["membership#Instructor"] if teacher else ["membership#Learner"]
    if teacher:
        roles += ["institution/person#Administrator", "system/person#Administrator"]
    return {
        "sub": "2" if teacher else "17",
        "given_name": "Eve" if teacher else "Mia",
        "family_name": "Example" if teacher else "Pupil",
        "name": "Eve Example" if teacher else "Mia Pupil",
        "email": "eve@school.example" if teacher else "mia@school.example",
        f"{CLAIM}deployment_id": "4",
        f"{CLAIM}roles": [f"{LIS}{role}" for role in roles],
        f"{CLAIM}lis": {"person_sourcedid": "", "course_section_sourcedid": ""},
        f"{CLAIM}context": {
            "id": "2",
            "label": "GEO",
            "title": "Geology",
            "type": ["CourseSection"],
        },
        f"{CLAIM}resource_link": {"id": "7", "title": "Class mood", "description": ""},
        "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome": {
            "lis_result_sourcedid": "{}",
            "lis_outcome_service_url": "https://lms.example/mod/lti/service.php",
        },
        f"{CLAIM}ext": {"user_username": "eve", "lms": "moodle-2"},
        f"{CLAIM}launch_presentation": {"locale": "en", "document_target": "iframe"},
        f"{CLAIM}tool_platform": {
            "product_family_code": "moodle",
            "version": "2023100903",
            "guid": "lms.example",
            "name": "moodle",
        },
        f"{CLAIM}custom": {"context_memberships_url": "https://lms.example/members"},
    } | GRADES


def open_edx(*, teacher):
    """No name and no address, unless an admin there lets them out; one deployment."""
    membership = (
        ["membership#Administrator", "membership#Instructor"]
        if teacher
        else ["membership#Learner"]
    )
    roles = ["system/person#None", "institution/person#None", *membership]
    key = "course-v1:School+GEO101+2026"
    return {
        "sub": "6ae5ee7e-teacher" if teacher else "0a1b2c3d-student",
        f"{CLAIM}deployment_id": "1",
        f"{CLAIM}roles": [f"{LIS}{role}" for role in roles],
        f"{CLAIM}context": {
            "id": key,
            "type": [f"{LIS}course#CourseOffering"],
            "title": "Geology - School",
            "label": key,
        },
        f"{CLAIM}resource_link": {"id": f"{key}+type@lti_consumer+block@1"},
        f"{CLAIM}launch_presentation": {"document_target": "iframe"},
        f"{CLAIM}tool_platform": {"guid": "5c0f", "name": "Open edX"},
    } | GRADES


PRODUCTS = {"canvas": canvas, "moodle": moodle, "open_edx": open_edx}


class LearningPlatform(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, product="canvas", *, tool="http://testserver", host="127.0.0.1"):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.url = f"http://{host}:{self.server_address[1]}"
        self.tool, self.product = tool, PRODUCTS[product]
        self.client_id = "10000000000007"
        self.key, self.kid, self.algorithm = KEY, "one", "RS256"
        self.keys = {"one": KEY}  # that it publishes
        self.claims = {}  # what differs; None leaves a claim out
        self.is_away = False
        self.asked, self.came_back, self.registered = [], [], []
        self.tool_configuration = {"deployment_id": "4"}  # as Moodle answers
        self.issuer = self.url

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def handle_error(self, *_):
        """A browser that goes elsewhere is part of the tests."""

    def registration(self, **more):
        """What an admin of Classmood types in."""
        return {
            "name": "The school's platform",
            "issuer": self.issuer,
            "client_id": self.client_id,
            "auth_url": f"{self.url}/auth",
            "jwks_url": f"{self.url}/keys",
            "deployments": [self.product(teacher=True)[f"{CLAIM}deployment_id"]],
            "pages": [self.url],
        } | more

    def start(self, who):
        """Where a click in the platform sends the browser: the tool's log-in."""
        asked = {
            "iss": self.issuer,
            "login_hint": who,
            "target_link_uri": f"{self.tool}/lti/launch/",
            "client_id": self.client_id,
            "lti_deployment_id": self.product(teacher=True)[f"{CLAIM}deployment_id"],
            "lti_message_hint": "7",
        }
        return f"/lti/login/?{urlencode(asked)}"

    def id_token(self, who, nonce):
        """Signed claims about `teacher`, `student`, or `picker`: a teacher who chooses."""
        now = int(time.time())
        told = self.product(teacher=who != "student")
        told |= {
            "iss": self.issuer,
            "aud": self.client_id,
            "iat": now,
            "exp": now + 300,
            "nonce": nonce,
            f"{CLAIM}version": "1.3.0",
            f"{CLAIM}message_type": "LtiResourceLinkRequest",
            f"{CLAIM}target_link_uri": f"{self.tool}/lti/launch/",
        }
        if who == "picker":
            del told[f"{CLAIM}resource_link"]
            told |= {
                f"{CLAIM}message_type": "LtiDeepLinkingRequest",
                f"{DEEP}deep_linking_settings": {
                    "accept_types": ["link", "ltiResourceLink"],
                    "accept_presentation_document_targets": ["iframe", "window"],
                    "deep_link_return_url": f"{self.url}/chosen",
                    "data": "what the platform wants back",
                },
            }
        told |= self.claims
        kept = {name: each for name, each in told.items() if each is not None}
        return jwt.encode(kept, self.key, self.algorithm, headers={"kid": self.kid})


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        self.server.asked.append(parts.path)
        if self.server.is_away:
            return self._answer("away", status=503)
        name = parts.path.strip("/").replace("-", "_").replace(".", "_")
        return getattr(self, f"_{name}")(query)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if urlsplit(self.path).path == "/register":
            return self._register(json.loads(body))
        self.server.came_back.append(parse_qs(body.decode()))
        return self._page("<h1>Chosen</h1>")

    def _keys(self, _query):
        jwk = jwt.algorithms.RSAAlgorithm.to_jwk
        keys = [
            jwk(key.public_key(), as_dict=True)
            | {"kid": kid, "use": "sig", "alg": "RS256"}
            for kid, key in self.server.keys.items()
        ]
        self._json({"keys": keys})

    def _auth(self, query):
        """Answer as the specification says: a form that the browser sends on."""
        assert query["response_mode"] == "form_post"
        assert query["response_type"] == "id_token"
        assert query["scope"] == "openid"
        assert query["client_id"] == self.server.client_id
        assert query["redirect_uri"] == f"{self.server.tool}/lti/launch/", query
        fields = {
            "id_token": self.server.id_token(query["login_hint"], query["nonce"]),
            "state": query["state"],
        }
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in fields.items()
        )
        self._page(
            f'<form method="post" action="{query["redirect_uri"]}">{inputs}</form>'
            "<script>document.forms[0].submit()</script>"
        )

    def _course(self, query):
        """A page of the platform that shows the tool in a frame."""
        start = html.escape(self.server.tool + self.server.start(query["who"]))
        self._page(
            f'<h1>Course in the platform</h1><iframe src="{start}" title="Tool" '
            'style="width:100%;height:420px;border:1px solid #888"></iframe>'
        )

    def _registration(self, query):
        """A page that has the tool register itself, in a frame that it closes when told."""
        told = urlencode(
            {"openid_configuration": f"{self.server.url}/openid-configuration"}
        )
        frame = html.escape(f"{query['link']}?{told}")
        self._page(
            f'<iframe src="{frame}" style="width:100%;height:420px"></iframe>'
            "<script>addEventListener('message', ({ data }) => {"
            "if (data.subject === 'org.imsglobal.lti.close') document.body.textContent = "
            "'Closed'; });</script>"
        )

    def _openid_configuration(self, _query):
        base = self.server.url
        self._json(
            {
                "issuer": self.server.issuer,
                "authorization_endpoint": f"{base}/auth",
                "token_endpoint": f"{base}/token",
                "jwks_uri": f"{base}/keys",
                "registration_endpoint": f"{base}/register",
                "scopes_supported": ["openid", *GRADES],
                "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                    "product_family_code": "moodle",
                    "version": "5.1",
                    "messages_supported": [{"type": "LtiResourceLinkRequest"}],
                },
            }
        )

    def _register(self, sent):
        self.server.asked.append("/register")
        if self.server.is_away:
            return self._answer("away", status=503)
        self.server.registered.append((self.headers.get("Authorization"), sent))
        tool = sent[TOOL] | self.server.tool_configuration
        return self._json(sent | {"client_id": self.server.client_id, TOOL: tool})

    def _favicon_ico(self, _query):
        self._answer("", status=404)

    def _json(self, content):
        self._answer(json.dumps(content), "application/json")

    def _page(self, body):
        self._answer(f"<!doctype html><title>Platform</title>{body}")

    def _answer(self, content, kind="text/html; charset=utf-8", status=200):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.end_headers()
        self.wfile.write(content.encode())

    def log_message(self, *_):
        pass
