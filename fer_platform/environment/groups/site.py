"""The site: what it shows of students, its names and secrets, HTTPS."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from fer_platform.environment.kinds import (
    FrameOrigins,
    Names,
    Origin,
    Origins,
    Seconds,
    TimeZone,
    Unit,
    Values,
)
from fer_platform.environment.reading import ROOT, SettingGroup

_YEAR_S = 31_536_000


class Privacy(SettingGroup):
    """What a class shows of its students"""

    emotion_inference: bool = Field(
        False,
        description="Whether cameras may be used at all. `off`: no camera is asked "
        "for and no engine starts; only the pulse is left. No page can turn it on. "
        "Read docs/privacy.md before you decide; production has no default.",
    )
    inference: Literal["server", "device", "either"] = Field(
        "server",
        description="Where camera pictures are read. `server`: browsers send them to the "
        "engine here. `device`: each student's browser reads them itself and sends only "
        "sums; the server refuses pictures and starts no engine. `either`: the browser "
        "where it can, else the server. A policy may tighten `either` to devices only.",
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
    frame_origins: FrameOrigins = Field(
        [],
        description="Sites whose pages may show a lesson's panels in a frame "
        "(docs/panel.md), each by scheme, name and perhaps a port; `*` is refused, and in "
        "production `http`, too. Without any there are no panels.",
    )
    time_zone: TimeZone = Field(
        "UTC",
        description="Used where no browser tells its own zone: in the API and mails.",
    )
    var: Path = Field(
        ROOT / "var", description="The one folder that the platform writes to."
    )
    static_root: str = Field(
        "",
        description="The folder of the files that pages load, made by `manage.py "
        "collectstatic`; by default in FER_VAR. The images have it built in.",
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
    paper: Literal["a4", "letter"] = Field(
        "a4",
        description="Of reports as PDF. Pages are printed on what the printer has.",
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
