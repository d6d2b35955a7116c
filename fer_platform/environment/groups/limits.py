"""How much, how often and for how long."""

from typing import Annotated, Literal

from pydantic import Field

from fer_platform.environment.kinds import Days, Minutes, Rate, Seconds, Unit
from fer_platform.environment.reading import SettingGroup


class Limits(SettingGroup):
    """Limits"""

    students_per_class: Annotated[int, Unit("students")] = Field(
        1000,
        ge=1,
        le=100_000,
        description="A lesson is full then. How to choose the limits: docs/protocol.md.",
    )
    sockets_per_address: Annotated[int, Unit("sockets")] = Field(
        500,
        ge=1,
        le=100_000,
        description="Open sockets from one address, in each web process.",
    )
    connections_per_address: Annotated[int, Unit("connections")] = Field(
        2000,
        ge=1,
        le=100_000,
        description="Open connections for pages from one address, in each web process.",
    )
    socket_idle_timeout_s: Seconds = Field(
        20,
        ge=2,
        le=300,
        description="After how long without an answer to a ping, a whole request or a "
        "reader a connection is closed.",
    )
    join_rate: Rate = Field(
        "300/m", description="How often students may join from one address."
    )
    login_rate: Rate = Field(
        "30/m", description="How often one address may try to log in."
    )
    api_rate: Rate = Field("600/min", description="Calls of the API by one account.")
    api_anonymous_rate: Rate = Field(
        "60/min", description="Calls of the API without a valid token, by address."
    )
    proxy_count: Annotated[int, Unit("proxies")] = Field(
        1,
        ge=1,
        le=10,
        description="With `--behind-proxy`: proxies that a request passes, one after "
        "the other.",
    )


class LogIns(SettingGroup):
    """Log-ins of staff"""

    idle_logout_minutes: Minutes = Field(
        240,
        ge=1,
        le=20_160,
        description="A log-in ends after this time without a page opened or a form "
        "sent.",
    )
    login_days: Days = Field(
        14, ge=1, le=90, description="A log-in ends after this time in any case."
    )
    second_factor: Literal["optional", "admins", "staff"] = Field(
        "optional",
        description="Whose passwords need a second factor, a passkey or the code of an app: of "
        "those who set one up, of all admins, or of all staff. Who has none sets it up at the next "
        "log-in, by a link that is mailed. The school's sign-on asks for its own.",
    )
