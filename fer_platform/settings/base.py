"""What every way to run shares; the environment is read here, once."""

from pathlib import Path
from typing import Any

from fer_platform.addresses import (
    POSTGRESQL,
    REDIS,
    database_at,
    env_address,
    env_origin,
    host_in,
    require_whole_cluster,
)
from fer_platform.env import (
    env_bool,
    env_choice,
    env_float,
    env_int,
    env_list,
    env_rate,
    env_str,
    env_time_zone,
)
from fer_platform.logs import FORMS, LEVELS, to_console

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(env_str("FER_VAR", str(ROOT / "var")))  # the only folder written to
VAR.mkdir(mode=0o700, parents=True, exist_ok=True)

# --- The product ------------------------------------------------------------------
FER_DEMO = env_bool("FER_DEMO", default=False)
# The operator's ceiling: off means no camera prompt and no engine, the pulse alone.
FER_EMOTION_INFERENCE = env_bool("FER_EMOTION_INFERENCE", default=False)
# Outside the demo nothing protects less than what `privacy_attack` was measured on.
FER_MIN_GROUP = env_int("FER_MIN_GROUP", 10, low=1 if FER_DEMO else 5, high=30)
FER_NOISE_SCALE = env_float(  # times the noise that a group asks for
    "FER_NOISE_SCALE", 1.0, low=0.0 if FER_DEMO else 1.0, high=10.0
)
FER_WINDOW_S = env_int("FER_WINDOW_S", 60, low=10 if FER_DEMO else 60, high=300)
FER_CLOSE_GRACE_S = env_float("FER_CLOSE_GRACE_S", 5.0, low=0.0, high=10.0)
FER_CONSENT_VERSION = "2026-11-28.2"
FER_ARTEFACT = env_str("FER_ARTEFACT", "compact")  # what the engine loads, too

# --- The frame's path -------------------------------------------------------------
FER_POOL_SIZE = env_int("FER_POOL_SIZE", 0, low=0, high=64)  # 0: all cores but one
FER_BATCH_SIZE = env_int("FER_BATCH_SIZE", 8, low=1, high=64)
FER_MAX_CREDIT = env_int("FER_MAX_CREDIT", 4, low=1, high=64)
FER_METRICS_TOKEN = env_str("FER_METRICS_TOKEN", "")  # blank: admins alone
FER_JOINS_PER_MINUTE = env_rate("FER_JOINS_PER_MINUTE", "300/m")  # per address
FER_LOGINS_PER_MINUTE = env_rate("FER_LOGINS_PER_MINUTE", "30/m")  # per address
# Named by the school's sign-on proxy at /j/CODE/sign-in/; blank: no class can ask for it.
FER_SIGNED_IN_HEADER = env_str("FER_SIGNED_IN_HEADER", "")
FER_SOCKETS_PER_ADDRESS = env_int("FER_SOCKETS_PER_ADDRESS", 500, low=1, high=100_000)
# Connections for pages. A browser opens up to six and leaves them after FER_PATIENCE_S.
FER_CONNECTIONS_PER_ADDRESS = env_int(
    "FER_CONNECTIONS_PER_ADDRESS", 2000, low=1, high=100_000
)
# With --behind-proxy: proxies between a student and this server, the last one included.
FER_PROXIES = env_int("FER_PROXIES", 1, low=1, high=10)
# So that a link that got about fills no class without end.
FER_STUDENTS_PER_CLASS = env_int("FER_STUDENTS_PER_CLASS", 1000, low=1, high=100_000)
# Seconds until a browser that asks for nothing, or reads nothing, is given up.
FER_PATIENCE_S = env_int("FER_PATIENCE_S", 20, low=2, high=300)

# --- Django -----------------------------------------------------------------------
SECRET_KEY = env_str("FER_SECRET_KEY", "")
DEBUG = env_bool("FER_DEBUG", default=False)
ALLOWED_HOSTS = env_list("FER_ALLOWED_HOSTS", "127.0.0.1,localhost")
CSRF_TRUSTED_ORIGINS = env_list("FER_TRUSTED_ORIGINS")
# What people type; for links in mails and on pages. Without it, see web/links.py.
FER_PUBLIC_URL = env_origin("FER_PUBLIC_URL")
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
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",  # the files of the API's rendered page
    "knox",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sessions_app.web.middleware.NoStoreMiddleware",
    "csp.middleware.CSPMiddleware",
    "sessions_app.web.reader_zone.ReaderZone",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "sessions_app.web.middleware.SiteNameMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sessions_app.models.session_store.stay_logged_in",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "sessions_app.web.participant_cookie.move_old_cookies",
]

ROOT_URLCONF = "fer_platform.urls"
ASGI_APPLICATION = "fer_platform.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "sessions_app.templatetags.words"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sessions_app.web.template_context.site",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Where things are kept ---------------------------------------------------------
# None of the three: one process and SQLite. All three: a cluster (docs/operations.md).
_DATABASE_URL = env_address("FER_DATABASE_URL", POSTGRESQL)
FER_REDIS_URL = env_address("FER_REDIS_URL", REDIS)
FER_LIVE_REDIS_URL = env_address("FER_LIVE_REDIS_URL", REDIS)  # keeps nothing on a disk
FER_CLUSTER = bool(FER_REDIS_URL)
require_whole_cluster(
    database=_DATABASE_URL, redis=FER_REDIS_URL, live_redis=FER_LIVE_REDIS_URL
)

DATABASES: dict[str, dict[str, Any]] = {
    "default": database_at(_DATABASE_URL)
    if _DATABASE_URL
    else {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": env_str(
            "FER_SQLITE", str(VAR / ("demo" if FER_DEMO else "platform")) + ".sqlite3"
        ),
        "OPTIONS": {
            "timeout": 5,
            "transaction_mode": "IMMEDIATE",
            # What is deleted is overwritten in the file; `erasure.py` empties the log.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
            "PRAGMA secure_delete=ON;",
        },
    },
}

CHANNEL_LAYERS: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}
}
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        # Each address has counts here, each running class what it told in this minute.
        # Django's 300 are soon too few, and what is pushed out is no limit any more.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
if FER_CLUSTER:
    # Pub/sub: it subscribes anew by itself after a restart and leaves nothing in Redis.
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
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "sessions_app.services.passwords.NotEasilyGuessed"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "session-list"
LOGOUT_REDIRECT_URL = "home"
SESSION_ENGINE = "sessions_app.models.session_store"
# Without a page opened or a form sent; longer than the longest lesson.
SESSION_COOKIE_AGE = 60 * env_int("FER_IDLE_LOGOUT_MINUTES", 240, low=1, high=20_160)
FER_LOGIN_DAYS = env_int("FER_LOGIN_DAYS", 14, low=1, high=90)  # used or not
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
# Django's login form says username even where that is an address; the default here is
# the model's field, under which no failure is ever counted for anybody.
AXES_USERNAME_FORM_FIELD = "username"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "sessions_app.web.client_address.locked_address"
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "registration/locked.html"
AXES_ENABLE_ADMIN = False  # its pages take any look-up from the address

EMAIL_BACKEND = env_str(
    "FER_EMAIL_BACKEND", "django.core.mail.backends.console.EmailBackend"
)
EMAIL_HOST = env_str("FER_EMAIL_HOST", "localhost")
EMAIL_PORT = env_int("FER_EMAIL_PORT", 25, low=1, high=65535)
EMAIL_TIMEOUT = env_int("FER_EMAIL_TIMEOUT_S", 10, low=1, high=120)
FER_MAILS_PER_MAILBOX = env_rate("FER_MAILS_PER_MAILBOX", "5/h")
DEFAULT_FROM_EMAIL = env_str("FER_EMAIL_FROM", "noreply@localhost")

# --- What the browser may do ------------------------------------------------------
FER_COOKIE_PREFIX = ""  # of every cookie; with HTTPS in production `__Host-`
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "sessions_app.views.pages.forgery"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Never in the database, where a cookie is too long: an invitation's link is shown once.
MESSAGE_STORAGE = "fer_platform.message_cookie.MessageCookie"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "media-src": ["'self'", "blob:"],
        "worker-src": ["'self'"],
        "connect-src": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    },
}

# --- Static files -----------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static" / "dist"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- The API ----------------------------------------------------------------------
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        # First, since its challenge makes an unknown caller a 401.
        "sessions_app.api.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "sessions_app.api.permissions.WithinScope",
    ],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_METADATA_CLASS": None,  # the schema says more than OPTIONS would
    "DEFAULT_PAGINATION_CLASS": "sessions_app.api.pagination.Pages",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "sessions_app.api.throttling.StrangerThrottle",
        "rest_framework.throttling.UserRateThrottle",
    ],
    "DEFAULT_THROTTLE_RATES": {
        "anon": env_rate("FER_API_RATE_STRANGERS", "60/min"),  # per address
        "user": env_rate("FER_API_RATE", "600/min"),  # per member of staff
    },
    "NUM_PROXIES": 0,  # the server has read the client's address already
    "EXCEPTION_HANDLER": "sessions_app.api.problems.handle",
}
KNOX_TOKEN_MODEL = "sessions_app.ApiToken"
REST_KNOX = {"AUTH_HEADER_PREFIX": "Bearer", "TOKEN_PREFIX": "fer_"}
SPECTACULAR_SETTINGS = {
    "TITLE": "Classmood API",
    "DESCRIPTION": "Courses, class sessions and the released minutes of a class. "
    "Never a person.",
    "VERSION": "1.0.0",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_SETTINGS": {"deepLinking": False, "validatorUrl": None},
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "sessions_app.api.schema.document",
    ],
    "ENUM_NAME_OVERRIDES": {
        "SessionState": "sessions_app.enums.SessionState",
        "MinuteStatus": "sessions_app.enums.MinuteStatus",
    },
}

# --- Language and time --------------------------------------------------------------
# Texts are written in the one language here; each more needs its catalogue in locale/
# (docs/decisions/0011-texts-are-marked-where-they-are-written.md).
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English")]
LOCALE_PATHS = [ROOT / "locale"]
# Of who tells none: programs, and browsers without JavaScript (sessions_app/web/reader_zone.py).
TIME_ZONE = env_time_zone("FER_TIME_ZONE", "UTC")
USE_TZ = True

LOGGING = to_console(
    env_choice("FER_LOG_FORMAT", "plain", FORMS),
    env_choice("FER_LOG_LEVEL", "INFO", LEVELS),
)
