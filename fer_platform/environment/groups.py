"""Every setting, with what it does, its unit, its bounds and its default.

The table of docs/settings.md is made of this page (`table.py`). What differs in the demo and in
production stands in `variants.py`.
"""

from pathlib import Path
from typing import Annotated, Literal, Self

from django.core.exceptions import ImproperlyConfigured
from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from fer_platform.environment.kinds import (
    Days,
    Minutes,
    Names,
    Origin,
    Origins,
    PostgresAddress,
    Rate,
    RedisAddress,
    Seconds,
    TimeZone,
    Unit,
    Values,
)
from fer_platform.environment.reading import SettingGroup
from inference.engine_config import EngineConfig

ROOT = Path(__file__).resolve().parents[2]
_YEAR_S = 31_536_000


class Privacy(SettingGroup):
    """What a class shows of its students"""

    emotion_inference: bool = Field(
        False,
        description="Whether cameras may be used at all. `off`: no camera is asked "
        "for and no engine starts; only the pulse is left. No page can turn it on. "
        "Read docs/privacy.md before you decide; production has no default.",
    )
    min_group: int = Field(
        10,
        ge=5,
        le=30,
        description="The smallest group: with fewer contributors a minute has no "
        "numbers. A policy may ask for more, never for less.",
    )
    noise_scale: float = Field(
        1.0,
        ge=1,
        le=10,
        description="The noise on published numbers, as a multiple of the noise that "
        "the attacks were measured with.",
    )
    window_s: Seconds = Field(
        60, ge=60, le=300, description="How long a minute of the chart lasts."
    )
    close_grace_s: Annotated[float, Unit("seconds")] = Field(
        5.0,
        ge=0,
        le=10,
        description="How long a minute that is over waits for frames that are being read.",
    )


class Site(SettingGroup):
    """The site"""

    secret_key: Annotated[str, Values("at least 32 random characters")] = Field(
        "",
        description="Signs log-ins and links. `make serve` makes one.",
    )
    public_url: Origin = Field(
        "",
        description="What people type. Links in mails, join links and QR codes start "
        "with it: scheme, name and perhaps a port.",
    )
    allowed_hosts: Names = Field(
        ["127.0.0.1", "localhost"],
        description="Further names that the site is opened by. Production refuses `*`.",
    )
    trusted_origins: Origins = Field(
        [],
        description="Further addresses from which forms may be sent.",
    )
    time_zone: TimeZone = Field(
        "UTC",
        description="Used where no browser tells its own zone: in the API and mails.",
    )
    var: Path = Field(
        ROOT / "var", description="The one folder that the platform writes to."
    )
    demo: bool = Field(
        False,
        description="One visitor, demo accounts and a banner; set by `make run`. "
        "Production refuses it.",
    )
    debug: bool = Field(
        False, description="Pages show errors in full. Production refuses it."
    )
    school_name: str = Field(
        "",
        description="The school's name, as students read it where they are asked for "
        "their consent, beside the teacher's.",
    )
    signed_in_header: str = Field(
        "",
        description="The header in which the school's sign-on names a student "
        "(docs/operations.md). Without it no lesson can ask for signed-in students.",
    )
    metrics_token: Annotated[str, Values("at least 16 random characters")] = Field(
        "",
        description="Lets Prometheus read `/metrics`, as a bearer token. Without it "
        "nobody can.",
    )


class Https(SettingGroup):
    """HTTPS, in production"""

    https: bool = Field(
        True,
        description="Secure cookies and a redirect to HTTPS. Cameras need HTTPS; "
        "`off` is for a trial on one machine only.",
    )
    hsts_seconds: Seconds = Field(
        _YEAR_S,
        ge=0,
        le=2 * _YEAR_S,
        description="For how long browsers remember to use HTTPS alone.",
    )
    hsts_subdomains: bool = Field(
        False, description="Binds every host of the domain to HTTPS, not only this one."
    )
    hsts_preload: bool = Field(
        False,
        description="Browsers may know the domain as HTTPS alone before the first "
        "visit. Needs FER_HSTS_SUBDOMAINS and a year.",
    )

    @model_validator(mode="after")
    def _is_taken_by_browsers(self) -> Self:
        lasts = self.hsts_seconds >= _YEAR_S and self.https
        if self.hsts_preload and not (self.hsts_subdomains and lasts):
            raise ValueError(
                "FER_HSTS_PRELOAD is on, which browsers take only together with "
                "FER_HSTS_SUBDOMAINS=on, FER_HTTPS=on and FER_HSTS_SECONDS of at least "
                "a year (31536000). Set these, too, or leave FER_HSTS_PRELOAD off."
            )
        return self


class Stores(SettingGroup):
    """Where data is kept"""

    sqlite: str = Field(
        "",
        description="The file of the database of one process; by default in FER_VAR.",
    )
    database_url: PostgresAddress = Field(
        "", description="A PostgreSQL in place of SQLite; a cluster needs one."
    )
    redis_url: RedisAddress = Field(
        "",
        description="Tasks and messages of a cluster (docs/operations.md). This and "
        "FER_LIVE_REDIS_URL together make it a cluster.",
    )
    live_redis_url: RedisAddress = Field(
        "",
        description="Camera pictures for seconds, and the open minutes. A Redis of its "
        "own that writes nothing to a disk.",
    )

    def address(self, name: str) -> str:
        """The address of FER_REDIS_URL or FER_LIVE_REDIS_URL, which must be there.

        Raises:
            ImproperlyConfigured: If it is not set.
        """
        named = {"FER_REDIS_URL": self.redis_url}
        named |= {"FER_LIVE_REDIS_URL": self.live_redis_url}
        if not named[name]:
            raise ImproperlyConfigured(f"{name} is not set; a cluster needs it.")
        return named[name]


class EngineSettings(SettingGroup):
    """The engine that reads camera pictures"""

    model_config = SettingsConfigDict(env_ignore_empty=True)

    artefact: str = Field(
        "compact", description="The emotion network: a name, or the path of a folder."
    )
    detector: Annotated[str, Values("one of blazeface, yunet, haar")] = Field(
        "blazeface",
        description="What finds faces. `yunet` needs `manage.py fetch_models`.",
    )
    classifier: Annotated[str, Values("one of int8, float, keras")] = Field(
        "",
        description="Which file of the network; by default the one its card names. "
        "`keras` needs TensorFlow.",
    )
    models_dir: Path = Field(
        EngineConfig().models_dir, description="The folder of the detectors' files."
    )

    def config(self) -> EngineConfig:
        """The same as the engine takes it."""
        return EngineConfig(
            artefact=self.artefact,
            detector=self.detector,
            classifier=self.classifier,
            models_dir=self.models_dir,
        )


class FramePath(SettingGroup):
    """The way of a camera picture"""

    pool_size: Annotated[int, Unit("processes")] = Field(
        0,
        ge=0,
        le=64,
        description="Processes with an engine, where one server does it all. 0: one "
        "fewer than the machine has cores.",
    )
    batch_size: Annotated[int, Unit("pictures")] = Field(
        8,
        ge=1,
        le=64,
        description="Pictures in a batch at most. Measured; leave it.",
    )
    max_credit: Annotated[int, Unit("batches")] = Field(
        4,
        ge=1,
        le=64,
        description="Batches under way at once at most. Measured; leave it.",
    )


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


class Mail(SettingGroup):
    """Mail, for invitations and password resets"""

    email_backend: str = Field(
        "django.core.mail.backends.console.EmailBackend",
        description="The Django class that sends mail. Production refuses those that "
        "write to a log or a disk.",
    )
    email_host: str = Field("localhost", description="The mail server.")
    email_port: int = Field(25, ge=1, le=65535, description="Its port.")
    email_timeout_s: Seconds = Field(
        10, ge=1, le=120, description="How long the mail server may take."
    )
    email_from: str = Field("noreply@localhost", description="The sender.")
    mail_rate: Rate = Field("5/h", description="How many mails one mailbox gets.")


class Logs(SettingGroup):
    """Logs; lines carry ids, never a name, a picture or a score"""

    log_format: Literal["plain", "json"] = Field(
        "plain", description="For eyes, or for programs."
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = Field(
        "INFO", description="What is written: this level and those above."
    )
