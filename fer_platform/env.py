"""Settings from the environment: typed, bounded, and named when they are wrong."""

import os
import re
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured


def env_str(name: str, default: str | None = None) -> str:
    """Read a text; `NAME_FILE` may name a file that holds it, for secrets.

    Raises:
        ImproperlyConfigured: If it is unset and has no default.
    """
    if file := os.environ.get(f"{name}_FILE"):
        return _read_secret(f"{name}_FILE", Path(file))
    value = os.environ.get(name, default)
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set; the server needs it to start.")
    return value


def env_bool(name: str, default: bool | None = None) -> bool:
    value = os.environ.get(name, "").lower()
    if not value and default is None:
        raise ImproperlyConfigured(f"{name} is not set; write on or off.")
    if not value:
        return bool(default)
    if value not in {"true", "false", "1", "0", "on", "off"}:
        raise ImproperlyConfigured(f"{name} is {value!r}; write on or off.")
    return value in {"true", "1", "on"}


def env_int(name: str, default: int, *, low: int, high: int) -> int:
    value = os.environ.get(name, str(default))
    if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write a whole number from {low} to {high}."
        )
    return int(value)


def env_float(name: str, default: float, *, low: float, high: float) -> float:
    value = os.environ.get(name, str(default))
    try:
        number = float(value)
    except ValueError:
        number = float("nan")
    if not low <= number <= high:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write a number from {low} to {high}."
        )
    return number


def env_list(name: str, default: str = "") -> list[str]:
    """Read a comma-separated list; empty items are left out."""
    return [item.strip() for item in env_str(name, default).split(",") if item.strip()]


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    value = os.environ.get(name, default)
    if value not in choices:
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write one of {', '.join(choices)}."
        )
    return value


def env_rate(name: str, default: str) -> str:
    """Read a bound on how often something may happen, such as 30/m."""
    value = os.environ.get(name, default)
    if not re.fullmatch(r"[1-9]\d{0,8}/(s|m|h|d|sec|min|hour|day)", value, re.ASCII):
        raise ImproperlyConfigured(
            f"{name} is {value!r}; write a number and a unit, such as 30/m or 5/h."
        )
    return value


def env_time_zone(name: str, default: str) -> str:
    value = os.environ.get(name, default)
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError):
        raise ImproperlyConfigured(
            f"{name} is {value!r}, which is no time zone; write one like Europe/Berlin."
        ) from None
    return value


def _read_secret(name: str, path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name} names {path}, which cannot be read: {error.strerror}."
        ) from error
