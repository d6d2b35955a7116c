"""Every setting, with what it does, its unit, its bounds and its default.

The table of docs/settings.md is made of these pages (`table.py`). What differs in the demo and in
production stands in `variants.py`.
"""

from fer_platform.environment.groups.engine import EngineSettings, FramePath
from fer_platform.environment.groups.limits import Limits, LogIns
from fer_platform.environment.groups.logs import Logs
from fer_platform.environment.groups.mail import Mail, Webhooks
from fer_platform.environment.groups.sign_on import SignOn
from fer_platform.environment.groups.site import Https, Privacy, Site
from fer_platform.environment.groups.stores import Stores

__all__ = [
    "EngineSettings",
    "FramePath",
    "Https",
    "Limits",
    "LogIns",
    "Logs",
    "Mail",
    "Privacy",
    "SignOn",
    "Site",
    "Stores",
    "Webhooks",
]
