"""Real use: no default secret, no debugging, an explicit choice on emotion inference."""

from django.core.exceptions import ImproperlyConfigured

from fer_platform.addresses import require_plain_names
from fer_platform.env import env_bool, env_choice, env_int, env_str
from fer_platform.logs import FORMS, LEVELS, to_console
from fer_platform.settings.base import *
from fer_platform.settings.base import (
    ALLOWED_HOSTS,
    DEBUG,
    FER_ASKED_BY_ANY_NAME,
    FER_DEMO,
    SECRET_KEY,
)

if len(env_str("FER_SECRET_KEY")) < 32 or "demo" in SECRET_KEY:
    raise ImproperlyConfigured(
        "FER_SECRET_KEY is a default or shorter than 32 characters; make one with "
        "`python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
    )
if DEBUG:
    raise ImproperlyConfigured("FER_DEBUG is on; production refuses it. Unset it.")
if FER_DEMO:
    raise ImproperlyConfigured(
        "FER_DEMO is on; production refuses it. Unset it, or use `make run`."
    )
# The console is a log, and an invitation or a reset of a password lets its reader in.
EMAIL_BACKEND = env_str(
    "FER_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend"
)
if EMAIL_BACKEND.endswith((".console.EmailBackend", ".filebased.EmailBackend")):
    raise ImproperlyConfigured(
        "FER_EMAIL_BACKEND writes mails, with the links that they carry, to a log or a "
        "disk; production refuses it. Unset it and set FER_EMAIL_HOST."
    )
# A link in a mail goes to one of these; `*` would let a request name any host.
require_plain_names("FER_ALLOWED_HOSTS", ALLOWED_HOSTS)
# No default here: someone has to have decided, and read docs/privacy.md before.
FER_EMOTION_INFERENCE = env_bool("FER_EMOTION_INFERENCE")

# Cameras need HTTPS except on localhost; `off` is for a trial on one machine only.
FER_HTTPS = env_bool("FER_HTTPS", default=True)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = FER_HTTPS
# A browser takes a cookie of such a name from this very host over HTTPS alone: another
# host of the domain, or somebody on the way, cannot plant one.
FER_COOKIE_PREFIX = "__Host-" if FER_HTTPS else ""
SESSION_COOKIE_NAME = f"{FER_COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{FER_COOKIE_PREFIX}csrftoken"
SECURE_SSL_REDIRECT = FER_HTTPS
SECURE_REDIRECT_EXEMPT = [f"^{path[1:]}$" for path in FER_ASKED_BY_ANY_NAME]
SECURE_HSTS_SECONDS = env_int("FER_HSTS_SECONDS", 31_536_000, low=0, high=63_072_000)
SECURE_HSTS_SECONDS *= FER_HTTPS
# Both bind every host of the domain, not only this one: the operator decides.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env_bool("FER_HSTS_SUBDOMAINS", default=False)
SECURE_HSTS_PRELOAD = env_bool("FER_HSTS_PRELOAD", default=False)
if SECURE_HSTS_PRELOAD and not (
    SECURE_HSTS_INCLUDE_SUBDOMAINS and SECURE_HSTS_SECONDS >= 31_536_000
):
    raise ImproperlyConfigured(
        "FER_HSTS_PRELOAD is on, which browsers take only together with "
        "FER_HSTS_SUBDOMAINS=on, FER_HTTPS=on and FER_HSTS_SECONDS of at least a year "
        "(31536000). Set these, too, or leave FER_HSTS_PRELOAD off."
    )
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

LOGGING = to_console(
    env_choice("FER_LOG_FORMAT", "json", FORMS),
    env_choice("FER_LOG_LEVEL", "INFO", LEVELS),
)
