"""Keys of LTI: those of platforms, read from them, and our own."""

import datetime as dt
import json
import secrets
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from sessions_app.models import LtiKey, LtiPlatform
from sessions_app.services import outward
from sessions_app.services.deliveries import CannotLeave
from sessions_app.web.lti import FORGED, LaunchRefused

KEPT = dt.timedelta(hours=24)  # where the platform is away: then its keys are too old
ASKED_EVERY = dt.timedelta(minutes=1)  # however many answers name unknown keys
_FRESH = dt.timedelta(hours=1)  # a key that the platform took back is known no longer
_MOST_KEYS = 50

AWAY = _(
    "Your learning platform cannot be reached right now, so its answer cannot be checked. "
    "Reload the page there in a few minutes."
)


def key_of(platform: LtiPlatform, kid: str) -> jwt.PyJWK:
    """The platform's key of that name; the platform is asked for its keys when it is unknown.

    Raises:
        LaunchRefused: If it has no such key, or is away and the key is not known.
    """
    age = timezone.now() - platform.keys_read_at if platform.keys_read_at else None
    found = _find(platform, kid)
    why_not = ""
    if found is None or age is None or age > _FRESH:
        why_not = _ask(platform)
        found = _find(platform, kid)
        age = timezone.now() - platform.keys_read_at if platform.keys_read_at else None
    if age is None or age > KEPT or (found is None and why_not):
        raise LaunchRefused(AWAY, f"its keys cannot be read: {why_not}")
    if found is None:
        raise LaunchRefused(FORGED, "signed with a key that it does not have")
    return found


def public_keys() -> dict[str, Any]:
    """What platforms check our answers with."""
    keys = []
    for row in LtiKey.objects.order_by("created_at"):
        if (private := _opened(row)) is not None:
            public = jwt.algorithms.RSAAlgorithm.to_jwk(private.public_key())
            about = {
                "kid": row.kid,
                "use": "sig",
                "alg": "RS256",
                "key_ops": ["verify"],
            }
            keys.append(json.loads(public) | about)
    return {"keys": keys}


def make_key() -> None:
    """See to it that there is a key that this server can open."""
    if any(_opened(row) is not None for row in LtiKey.objects.all()):
        return
    key = rsa.generate_private_key(65537, 2048)
    pem = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(_lock())
    )
    LtiKey.objects.create(kid=secrets.token_hex(8), pem=pem.decode())


def sign(claims: dict[str, Any]) -> str:
    """Sign an answer to a platform with our newest key."""
    make_key()
    for row in LtiKey.objects.order_by("-created_at"):
        if (private := _opened(row)) is not None:
            return jwt.encode(claims, private, "RS256", headers={"kid": row.kid})
    raise RuntimeError("There is no key, although one has just been made.")


def _find(platform: LtiPlatform, kid: str) -> jwt.PyJWK | None:
    for key in platform.keys:
        if key.get("kid") == kid:
            return jwt.PyJWK(key, "RS256")
    return None


def _ask(platform: LtiPlatform) -> str:
    """Read the platform's keys, once a minute at most; blank, or why they were not read."""
    now = timezone.now()
    not_lately = Q(keys_asked_at=None) | Q(keys_asked_at__lt=now - ASKED_EVERY)
    # An admin may give it another address meanwhile: this one's keys are then nobody's.
    this = LtiPlatform.objects.filter(pk=platform.pk, jwks_url=platform.jwks_url)
    if not this.filter(not_lately).update(keys_asked_at=now):
        platform.refresh_from_db(fields=["keys", "keys_read_at"])
        late = platform.keys_read_at is None or now - platform.keys_read_at > _FRESH
        return "it was asked a moment ago" if late else ""
    try:
        told = outward.read_json(platform.jwks_url)
    except CannotLeave as error:
        return str(error)
    listed = told.get("keys")
    keys = [key for key in (listed if isinstance(listed, list) else []) if _usable(key)]
    if not this.update(keys=keys[:_MOST_KEYS], keys_read_at=now):
        return "its address was changed a moment ago"
    platform.keys, platform.keys_read_at = keys[:_MOST_KEYS], now
    return ""


def _usable(key: object) -> bool:
    """Whether it is a public key for signatures of RSA, of a size that is safe."""
    if not isinstance(key, dict) or key.get("kty") != "RSA":
        return False
    if key.get("use", "sig") != "sig" or not isinstance(key.get("kid"), str):
        return False
    try:
        public = jwt.PyJWK(key, "RS256").key
    except (jwt.PyJWTError, ValueError, TypeError, KeyError):
        return False
    return isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048


def _opened(row: LtiKey) -> rsa.RSAPrivateKey | None:
    """The key of a row; None where it was made with another secret of the server."""
    try:
        key = load_pem_private_key(row.pem.encode(), _lock())
    except ValueError:
        return None
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _lock() -> bytes:
    """What our keys are encrypted with: a thief of the database can sign nothing."""
    made = salted_hmac("lti key", "1", secret=settings.SECRET_KEY, algorithm="sha256")
    return made.hexdigest().encode()
