"""What every way to run shares."""

from pathlib import Path
from typing import Any

from fer_platform import __version__
from fer_platform.addresses import database_at, host_in
from fer_platform.environment import groups, variants
from fer_platform.environment.names import refuse_wrong_names
from fer_platform.environment.reading import ROOT
from fer_platform.logs import to_console
from fer_platform.own_files import close_to_others
from fer_platform.settings.browser import *
from fer_platform.settings.rest_api import *

refuse_wrong_names()
_site = groups.Site.read()
_privacy = (variants.DemoPrivacy if _site.demo else groups.Privacy).read()
_path, _limits = groups.FramePath.read(), groups.Limits.read()
_stores = variants.WholeStores.read()
_log_ins, _mail = groups.LogIns.read(), groups.Mail.read()
_sign_on = groups.SignOn.read()

VAR = _site.var
VAR.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- The product ------------------------------------------------------------------
FER_RELEASE = __version__
FER_DEMO = _site.demo
FER_EMOTION_INFERENCE = _privacy.emotion_inference
FER_INFERENCE = _privacy.inference
FER_MIN_GROUP = _privacy.min_group
FER_NOISE_SCALE = _privacy.noise_scale
FER_WINDOW_S = _privacy.window_s
FER_CLOSE_GRACE_S = _privacy.close_grace_s
FER_CONSENT_VERSION = "2026-11-30.2"
# Of its translations: raised where one of them changes, so that who read it is asked again.
FER_CONSENT_EDITIONS = {"ar": 1, "de": 1, "es": 1, "fr": 1, "hi": 1}
FER_ENGINE = groups.EngineSettings.read().config()
FER_ARTEFACT = FER_ENGINE.artefact

# --- The frame's path -------------------------------------------------------------
FER_POOL_SIZE = _path.pool_size
FER_BATCH_SIZE = _path.batch_size
FER_MAX_CREDIT = _path.max_credit
FER_METRICS_TOKEN = _site.metrics_token
FER_JOIN_RATE = _limits.join_rate
FER_LOGIN_RATE = _limits.login_rate
FER_FRAME_ORIGINS = _site.frame_origins
FER_SIGNED_IN_HEADER = _site.signed_in_header
FER_SCHOOL_NAME = _site.school_name
FER_PAPER = _site.paper
FER_SOCKETS_PER_ADDRESS = _limits.sockets_per_address
FER_CONNECTIONS_PER_ADDRESS = _limits.connections_per_address
FER_PROXY_COUNT = _limits.proxy_count
FER_STUDENTS_PER_CLASS = _limits.students_per_class
FER_SOCKET_IDLE_TIMEOUT_S = _limits.socket_idle_timeout_s

# --- Django -----------------------------------------------------------------------
SECRET_KEY = _site.secret_key
DEBUG = _site.debug
ALLOWED_HOSTS = list(_site.allowed_hosts)
CSRF_TRUSTED_ORIGINS = list(_site.trusted_origins)
# What people type; for links in mails and on pages. Without it, see web/links.py.
FER_PUBLIC_URL = _site.public_url
if FER_PUBLIC_URL:
    ALLOWED_HOSTS.append(host_in(FER_PUBLIC_URL))
    CSRF_TRUSTED_ORIGINS.append(FER_PUBLIC_URL)
# A supervisor and Prometheus ask the process itself, by whatever name they know it.
FER_ASKED_BY_ANY_NAME = ("/healthz", "/readyz", "/metrics")

INSTALLED_APPS = [
    "django.contrib.admin",
    "sessions_app",  # its changepassword comes before Django's
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "fer_platform.static_files.StaticFiles",
    "django.forms",  # so that templates/ may replace the templates of forms
    "allauth",
    "allauth.account",  # the next one's models need its; its own pages are not there
    "allauth.socialaccount",
    "allauth.mfa",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",  # the files of the API's rendered page
    "knox",
    "axes",
]

MIDDLEWARE = [
    "sessions_app.web.middleware.read_as_utf8",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sessions_app.web.middleware.NoStoreMiddleware",
    "csp.middleware.CSPMiddleware",
    "sessions_app.web.frames.own_cookies",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "sessions_app.web.middleware.SiteNameMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sessions_app.web.frames.panels_alone",
    "allauth.account.middleware.AccountMiddleware",
    "sessions_app.web.idle_log_out.stay_logged_in",
    "sessions_app.web.reader_zone.ReaderZone",
    "sessions_app.web.reader_language.ReaderLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "sessions_app.web.participant_cookie.move_old_cookies",
    "sessions_app.web.middleware.DeletedMeanwhile",
]

ROOT_URLCONF = "fer_platform.urls"
ASGI_APPLICATION = "fer_platform.asgi.application"
CELERY_APP = "fer_platform.celery.app"  # what web processes hand batches to

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": [
                "django.templatetags.i18n",
                "sessions_app.templatetags.icons",
                "sessions_app.templatetags.moments",
                "sessions_app.templatetags.words",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sessions_app.web.template_context.site",
            ],
        },
    },
]
FORM_RENDERER = "sessions_app.forms.drawing.FormRenderer"

# --- Where things are kept ---------------------------------------------------------
# None of the three: one process and SQLite. All three: a cluster (docs/operations.md).
FER_REDIS_URL = _stores.redis_url
FER_LIVE_REDIS_URL = _stores.live_redis_url
FER_CLUSTER = bool(FER_REDIS_URL)

DATABASES: dict[str, dict[str, Any]] = {
    "default": database_at(_stores.database_url)
    if _stores.database_url
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": _stores.sqlite
        or str(VAR / ("demo.sqlite3" if FER_DEMO else "platform.sqlite3")),
        "OPTIONS": {
            "timeout": 5,
            "transaction_mode": "IMMEDIATE",
            # What is deleted is overwritten in the file; `erasure.py` empties the log.
            # What a large change sets aside meanwhile is written to no other folder.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;",
        },
    },
}
if not _stores.database_url:  # SQLite's other files follow it
    close_to_others(Path(DATABASES["default"]["NAME"]))

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Each address has counts here, each running lesson what it told in this minute.
        # Django's 300 are soon too few, and what is pushed out is no limit any more.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if FER_CLUSTER:
    # Pub/sub: it subscribes again by itself after a restart and leaves nothing in Redis.
    # Its queues have no bound, but a message only says "look again".
    CHANNEL_LAYERS["default"] = {
        "BACKEND": "sessions_app.live.cluster.channel_layer.PatientLayer",
        "CONFIG": {"hosts": [FER_REDIS_URL], "prefix": "fer"},
    }
    CACHES["default"] = {
        "BACKEND": "fer_platform.cache.ForgivingRedisCache",
        "LOCATION": FER_REDIS_URL,
        "KEY_PREFIX": "fer",
        "OPTIONS": {
            "serializer": "django.core.signing.JSONSerializer",  # never pickle
        },
    }
# The ratelimit library asks for a shared cache; with one web process this is one.
SILENCED_SYSTEM_CHECKS = ["django_ratelimit.E003", "django_ratelimit.W001"]

# --- People -----------------------------------------------------------------------
AUTH_USER_MODEL = "sessions_app.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "sessions_app.web.lti.LtiBackend",
]
# The school's sign-on: allauth speaks with the provider, and our own service decides who
# gets in (docs/decisions/0026-sign-on-ends-at-our-own-door.md).
FER_OIDC_ISSUER = _sign_on.oidc_issuer
FER_OIDC_CLIENT_ID = _sign_on.oidc_client_id
FER_OIDC_CLIENT_SECRET = _sign_on.oidc_client_secret
FER_OIDC_SCOPES = list(_sign_on.oidc_scopes)
FER_OIDC_STUDENTS = _sign_on.oidc_students
FER_SAML_METADATA = _sign_on.saml_metadata
FER_SAML_ENTITY_ID = _sign_on.saml_entity_id
FER_SAML_KEY = _sign_on.saml_key
FER_SAML_ID = _sign_on.saml_id
FER_SAML_EMAIL = list(_sign_on.saml_email)
FER_SAML_NAME = list(_sign_on.saml_name)
FER_SSO_NAME = _sign_on.sso_name
FER_SSO_DOMAINS = [domain.lower() for domain in _sign_on.sso_domains]
FER_SSO_TRUST_ADDRESSES = _sign_on.sso_trust_addresses
FER_SSO_ROLE_CLAIM = _sign_on.sso_role_claim
FER_SSO_ADMINS = list(_sign_on.sso_admins)
FER_SSO_TEACHERS = list(_sign_on.sso_teachers)
if FER_OIDC_ISSUER or FER_SAML_METADATA:  # without one, log-ins that it gave are over
    AUTHENTICATION_BACKENDS.append("sessions_app.web.single_sign_on.SignOnBackend")
FER_SECOND_FACTOR = _log_ins.second_factor
MFA_ADAPTER = "sessions_app.services.second_factor.MfaAdapter"
MFA_TOTP_TOLERANCE = 1  # half minutes by which a telephone's clock may differ
SOCIALACCOUNT_ADAPTER = "sessions_app.views.sign_on_adapter.SignOnAdapter"
SOCIALACCOUNT_EMAIL_VERIFICATION = ACCOUNT_EMAIL_VERIFICATION = "none"
SOCIALACCOUNT_STORE_TOKENS = False
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "sessions_app.services.passwords.NotEasilyGuessed"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
SESSION_ENGINE = "sessions_app.models.session_store"
SESSION_COOKIE_AGE = 60 * _log_ins.idle_logout_minutes
FER_LOGIN_DAYS = _log_ins.login_days
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
# Django's login form says username even where that is an address; the default here is
# the model's field, under which no failure is ever counted for anybody.
AXES_USERNAME_FORM_FIELD = "username"
# What was typed may be a password: it is counted under a mark of it.
AXES_USERNAME_CALLABLE = "sessions_app.services.failed_log_ins.counted_under"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "sessions_app.web.client_address.locked_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_ENABLE_ADMIN = False  # its pages take any look-up from the address

EMAIL_BACKEND = _mail.email_backend
EMAIL_HOST = _mail.email_host
EMAIL_PORT = _mail.email_port
EMAIL_USE_TLS = _mail.email_security == "starttls"
EMAIL_USE_SSL = _mail.email_security == "tls"
EMAIL_HOST_USER = _mail.email_user
EMAIL_HOST_PASSWORD = _mail.email_password
EMAIL_TIMEOUT = _mail.email_timeout_s
FER_MAIL_RATE = _mail.mail_rate
DEFAULT_FROM_EMAIL = _mail.email_from
FER_WEBHOOK_PRIVATE_HOSTS = list(groups.Webhooks.read().webhook_private_hosts)

# --- Static files -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = Path(_site.static_root or VAR / "static")
STATICFILES_DIRS = [ROOT / "static" / "dist", ("docs", ROOT / "docs" / "pictures")]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- Language and time --------------------------------------------------------------
# Texts are written in the first language; each other one that is offered has a complete
# catalogue in locale/ (docs/languages.md). They bear their own names.
LANGUAGE_CODE = "en-gb"
LANGUAGES = [
    ("en-gb", "English"),
    ("de", "Deutsch"),
    ("es", "Español"),
    ("fr", "Français"),
    ("hi", "हिन्दी"),
    ("ar", "العربية"),
]
LOCALE_PATHS = [ROOT / "locale"]
# Where a request names no time zone (sessions_app/web/reader_zone.py): of programs,
# and browsers without JavaScript.
TIME_ZONE = _site.time_zone
USE_TZ = True

LOGGING = to_console(groups.Logs.read())
