"""Which variables there are, and the message about one that is not among them."""

import os
from collections.abc import Iterable
from difflib import get_close_matches

from django.core.exceptions import ImproperlyConfigured

from fer_platform.environment import groups
from fer_platform.environment.deployment import Deployment
from fer_platform.environment.reading import PREFIX, SettingGroup, setting_name

GROUPS: tuple[type[SettingGroup], ...] = (
    *(groups.Privacy, groups.Site, groups.Https, groups.Stores),
    *(groups.EngineSettings, groups.FramePath, groups.Limits),
    *(
        groups.LogIns,
        groups.SignOn,
        groups.Mail,
        groups.Webhooks,
        groups.Logs,
        Deployment,
    ),
)
_RENAMED = {
    "FER_PATIENCE_S": "FER_SOCKET_IDLE_TIMEOUT_S",
    "FER_JOINS_PER_MINUTE": "FER_JOIN_RATE",
    "FER_LOGINS_PER_MINUTE": "FER_LOGIN_RATE",
    "FER_MAILS_PER_MAILBOX": "FER_MAIL_RATE",
    "FER_API_RATE_STRANGERS": "FER_API_ANONYMOUS_RATE",
    "FER_PROXIES": "FER_PROXY_COUNT",
}
_GONE = {"FER_POOL": "the engine always runs in processes of its own"}
_AS_GOOD_AS_THE_SAME = 0.85


def setting_names() -> list[str]:
    """Every variable that is documented, in the order of the table."""
    return [setting_name(field) for group in GROUPS for field in group.model_fields]


def refuse_wrong_names(given: Iterable[str] | None = None) -> None:
    """Refuse a variable under an older name, or with a slip in its name.

    It would be lost in silence, and a limit with it. Others are left alone: a proxy or
    an orchestrator may have its own.

    Args:
        given: Names of variables; by default those of the environment.

    Raises:
        ImproperlyConfigured: If there is one, with the name to write instead.
    """
    known = setting_names()
    allowed = {*known, *(f"{name}_FILE" for name in known)}
    for name in sorted(os.environ if given is None else given):
        if name.startswith(PREFIX) and name not in allowed:
            _refuse(name, known)


def _refuse(name: str, known: list[str]) -> None:
    if name in _RENAMED:
        raise ImproperlyConfigured(
            f"{name} is called {_RENAMED[name]} now. Rename it where you set it."
        )
    if name in _GONE:
        raise ImproperlyConfigured(f"{name} is gone: {_GONE[name]}. Remove it.")
    if close := get_close_matches(name, known, 1, _AS_GOOD_AS_THE_SAME):
        raise ImproperlyConfigured(f"{name} is no setting. Write {close[0]}.")
