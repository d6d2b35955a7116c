#!/usr/bin/env python
"""Django's command line. Without DJANGO_SETTINGS_MODULE it works on the demo."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import OperationalError

from sessions_app.health import PartAway, check_database


def _what_is_wrong(error: OperationalError) -> str:
    """Where the database was looked for, if it is away; its own words otherwise."""
    try:
        check_database()
    except PartAway as away:
        return str(away)
    raise error


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fer_platform.settings.demo")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The settings are wrong. {error}")
    except OperationalError as error:
        sys.exit(_what_is_wrong(error))
