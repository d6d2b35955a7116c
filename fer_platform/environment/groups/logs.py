"""What is written down of what happens."""

from typing import Literal

from pydantic import Field

from fer_platform.environment.reading import SettingGroup


class Logs(SettingGroup):
    """Logs; lines carry ids, never a name, a picture or a score"""

    log_format: Literal["plain", "json"] = Field(
        "plain", description="For eyes, or for programs."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = Field(
        "INFO", description="What is written: this level and those above."
    )
