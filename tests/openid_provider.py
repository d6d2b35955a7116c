"""An OpenID Connect provider over HTTP that says, signs and withholds what a test tells it.

It logs everybody in at once as `person`. A provider that keeps to the rules (oidc-provider-mock) stands in
tests/e2e/test_sign_on.py; none that does gives wrong answers.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "classmood"
KEY, OTHER_KEY = (rsa.generate_private_key(65537, 2048) for _ in range(2))


class Provider(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.issuer = f"http://127.0.0.1:{self.server_address[1]}"
        self.person = {"sub": "eve-1", "email": "eve@school.example", "name": "Eve"}
        self.token, self.key, self.algorithm = {}, KEY, "RS256"  # of the id_token
        self.userinfo, self.discovery = {}, {}  # what differs there
        self.access = {"access_token": "a"}
        self.status = 200  # of every answer
        self.names_key = True  # in the id_token and in the list of keys
        self.codes, self.asked = {}, []

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()

    def id_token(self):
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 60}
        told = claims | self.person | self.token
        kept = {name: value for name, value in told.items() if value is not None}
        named = {"kid": "one"} if self.names_key else {}
        return jwt.encode(kept, self.key, self.algorithm, headers=named)


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        parts = urlsplit(self.path)
        self.server.asked.append(parts.path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/authorize":
            return self._authorize(query)
        return self._answer(
            getattr(self, f"_{parts.path.rsplit('/', 1)[1].split('-')[0]}")()
        )

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        sent = parse_qs(self.rfile.read(length).decode())
        challenge = self.server.codes.pop(sent["code"][0], None)  # once
        digest = hashlib.sha256(sent["code_verifier"][0].encode()).digest()
        if challenge != base64.urlsafe_b64encode(digest).decode().rstrip("="):
            self.server.status, status = 400, self.server.status
            self._answer({"error": "invalid_grant"})
            self.server.status = status
            return
        token = {"id_token": self.server.id_token(), "token_type": "Bearer"}
        self._answer(token | self.server.access)

    def _authorize(self, query):
        code = secrets.token_hex(8)
        self.server.codes[code] = query["code_challenge"]
        back = urlencode({"code": code, "state": query["state"]})
        self.send_response(302)
        self.send_header("Location", f"{query['redirect_uri']}?{back}")
        self.end_headers()

    def _openid(self):
        base = self.server.issuer
        return {
            "issuer": base,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys",
            "userinfo_endpoint": f"{base}/userinfo",
        } | self.server.discovery

    def _keys(self):
        key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY.public_key(), as_dict=True)
        named = {"kid": "one"} if self.server.names_key else {}
        return {"keys": [key | named | {"use": "sig", "alg": "RS256"}]}

    def _userinfo(self):
        return {"sub": self.server.person["sub"]} | self.server.userinfo

    def _answer(self, content):
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_):
        pass
