"""Real use: no default secret, no debugging, an explicit choice on emotion inference."""

from fer_platform.environment import groups, variants
from fer_platform.logs import to_console
from fer_platform.settings.base import *
from fer_platform.settings.base import FER_ASKED_BY_ANY_NAME

variants.ProductionSite.read()  # refuses what only a demo may be
FER_EMOTION_INFERENCE = variants.ProductionPrivacy.read().emotion_inference
EMAIL_BACKEND = variants.ProductionMail.read().email_backend
LOGGING = to_console(variants.ProductionLogs.read())

_https = groups.Https.read()
FER_HTTPS = _https.https
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = FER_HTTPS
# A browser takes a cookie of such a name from this very host over HTTPS alone: another
# host of the domain, or somebody on the way, cannot plant one.
FER_COOKIE_PREFIX = "__Host-" if FER_HTTPS else ""
SESSION_COOKIE_NAME = f"{FER_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{FER_COOKIE_PREFIX}csrftoken"
LANGUAGE_COOKIE_NAME = f"{FER_COOKIE_PREFIX}language"
SECURE_SSL_REDIRECT = FER_HTTPS
SECURE_REDIRECT_EXEMPT = [f"^{path[1:]}$" for path in FER_ASKED_BY_ANY_NAME]
SECURE_HSTS_SECONDS = _https.hsts_seconds * FER_HTTPS
SECURE_HSTS_INCLUDE_SUBDOMAINS = _https.hsts_subdomains
SECURE_HSTS_PRELOAD = _https.hsts_preload
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
