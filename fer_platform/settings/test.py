"""The tests: fast hashing, plain static files, mail in memory."""

import os

os.environ.setdefault("FER_EMOTION_INFERENCE", "on")
os.environ.setdefault("FER_SECRET_KEY", "the tests have no secrets")

from fer_platform.settings.base import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
STORAGES["staticfiles"] = {
    "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
}
STATICFILES_DIRS = []
STATIC_ROOT.mkdir(exist_ok=True)  # WhiteNoise warns in every test otherwise
AXES_ENABLED = False
FER_PUBLIC_URL = "http://testserver"
CSRF_TRUSTED_ORIGINS = ["http://localhost"]  # sockets of tests name no host
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file, since threads of a test share an in-memory database's locks; one per run.
    DATABASES["default"]["TEST"] = {"NAME": VAR / f"test-{os.getpid()}.sqlite3"}
