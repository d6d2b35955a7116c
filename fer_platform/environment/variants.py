"""What differs from the groups: in the demo, in production, in a whole cluster."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from fer_platform.addresses import require_plain_name, require_whole_cluster
from fer_platform.environment.groups import Logs, Mail, Privacy, Site, Stores
from fer_platform.environment.kinds import FrameOrigins, Names, Seconds, Unit


def _plain_names(hosts: list[str]) -> list[str]:
    return [require_plain_name(host) for host in hosts]


def _encrypted(origins: list[str]) -> list[str]:
    for origin in origins:
        if not origin.startswith("https://"):
            raise ValueError(
                f"has {origin!r}; write it with https: a page that somebody on the way can "
                "change must not show a panel."
            )
    return origins


def _no_log_or_disk(backend: str) -> str:
    if backend.endswith((".console.EmailBackend", ".filebased.EmailBackend")):
        raise ValueError(
            "writes mails, with the links that they carry, to a log or a disk; "
            "production refuses it. Unset it and set FER_EMAIL_HOST."
        )
    return backend


class DemoPrivacy(Privacy):
    """In the demo one visitor is the whole class, so nobody is protected by numbers."""

    emotion_inference: bool = Field(True)
    min_group: int = Field(1, ge=1, le=30)
    noise_scale: float = Field(0.0, ge=0, le=10)
    window_s: Seconds = Field(10, ge=10, le=300)
    close_grace_s: Annotated[float, Unit("seconds")] = Field(2.0, ge=0, le=10)


class ProductionPrivacy(Privacy):
    """Somebody has to have decided."""

    emotion_inference: bool = Field()


class ProductionSite(Site):
    """Nothing that is known to everybody, and no name that stands for any host."""

    allowed_hosts: Annotated[Names, AfterValidator(_plain_names)] = Field(
        ["127.0.0.1", "localhost"]
    )
    frame_origins: Annotated[FrameOrigins, AfterValidator(_encrypted)] = Field([])

    @model_validator(mode="after")
    def _is_real_use(self) -> Self:
        if len(self.secret_key) < 32 or "demo" in self.secret_key:
            raise ValueError(
                "FER_SECRET_KEY is a default or shorter than 32 characters; make one "
                "with `python -c 'import secrets; print(secrets.token_urlsafe(50))'`."
            )
        if 0 < len(self.metrics_token) < 16:
            raise ValueError(
                "FER_METRICS_TOKEN is shorter than 16 characters and could be guessed; "
                "make one as for FER_SECRET_KEY."
            )
        if self.debug:
            raise ValueError("FER_DEBUG is on; production refuses it. Unset it.")
        if self.demo:
            raise ValueError(
                "FER_DEMO is on; production refuses it. Unset it, or use `make run`."
            )
        return self


class ProductionMail(Mail):
    """The console is a log, and an invitation's link lets its reader in."""

    email_backend: Annotated[str, AfterValidator(_no_log_or_disk)] = Field(
        "django.core.mail.backends.smtp.EmailBackend"
    )


class ProductionLogs(Logs):
    """Collected by a program."""

    log_format: Literal["plain", "json"] = Field("json")


class WholeStores(Stores):
    """The addresses as web processes need them: all of a cluster's, or none of them."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        require_whole_cluster(
            database=self.database_url,
            redis=self.redis_url,
            live_redis=self.live_redis_url,
        )
        return self
