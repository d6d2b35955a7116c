"""A device with one passkey, without a browser: it answers as WebAuthn says, or wrongly as told."""

import hashlib
import json
import secrets

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import (
    Aaguid,
    AttestationObject,
    AttestedCredentialData,
    AuthenticatorData,
    CollectedClientData,
)

FLAG = AuthenticatorData.FLAG


class SoftPasskey:
    def __init__(self, host="testserver", origin="https://testserver"):
        self.host, self.origin = host, origin
        self.id = secrets.token_bytes(16)
        self._key = ec.generate_private_key(ec.SECP256R1())

    def made_for(self, question, *, flags=FLAG.UP, kind="webauthn.create"):
        """The answer to a page that asks for a new passkey."""
        key = ES256.from_cryptography_key(self._key.public_key())
        about = AttestedCredentialData.create(Aaguid.NONE, self.id, key)
        data = AuthenticatorData.create(self._rp(), flags | FLAG.AT, 1, about)
        return self._answer(
            clientDataJSON=self._client_data(question, kind),
            attestationObject=AttestationObject.create("none", data, {}),
        )

    def used_for(self, question, *, flags=FLAG.UP, kind="webauthn.get"):
        """The answer to a page that asks for a passkey."""
        client_data = self._client_data(question, kind)
        data = AuthenticatorData.create(self._rp(), flags, 2)
        signed = data + hashlib.sha256(client_data).digest()
        return self._answer(
            clientDataJSON=client_data,
            authenticatorData=data,
            signature=self._key.sign(signed, ec.ECDSA(SHA256())),
        )

    def _rp(self):
        return hashlib.sha256(self.host.encode()).digest()

    def _client_data(self, question, kind):
        challenge = json.loads(question)["challenge"]
        return CollectedClientData.create(kind, challenge, self.origin)

    def _answer(self, **parts):
        """As a browser writes it (PublicKeyCredential.toJSON)."""
        name = websafe_encode(self.id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "authenticatorAttachment": "cross-platform",
            "clientExtensionResults": {},
            "response": {part: websafe_encode(data) for part, data in parts.items()},
        }
