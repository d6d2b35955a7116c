"""`make run`: one machine, one visitor, a banner on every page."""

import os

os.environ.setdefault("FER_DEMO", "on")
os.environ.setdefault("FER_SECRET_KEY", "a demo on 127.0.0.1 has no secrets")

from django.core.exceptions import ImproperlyConfigured

from fer_platform.settings.base import *
from fer_platform.settings.base import FER_DEMO

if not FER_DEMO:
    raise ImproperlyConfigured(
        "FER_DEMO is off, and the demo's secret key is known to everybody. Use "
        "`make serve`, or DJANGO_SETTINGS_MODULE=fer_platform.settings.production."
    )
