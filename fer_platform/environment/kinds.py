"""Kinds of values that several settings have, and how a reader is told about them."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Literal, TypeVar, get_args, get_origin
from zoneinfo import ZoneInfo

from annotated_types import Ge, Le
from pydantic import AfterValidator, BeforeValidator, StringConstraints
from pydantic.fields import FieldInfo
from pydantic_settings import NoDecode

from fer_platform.addresses import (
    POSTGRESQL,
    REDIS,
    require_address,
    require_frame_origin,
    require_origin,
)

T = TypeVar("T")


@dataclass(frozen=True)
class Values:
    """What may be written, as the end of a sentence that begins with "write"."""

    text: str


@dataclass(frozen=True)
class Unit:
    """What a number counts."""

    name: str


def values_of(field: FieldInfo) -> str:
    """What a setting may be: `on or off`, `a whole number from 5 to 30`, ..."""
    if written := note_of(field, Values):
        return written.text
    if field.annotation is bool:
        return "on or off"
    if get_origin(field.annotation) is Literal:
        return f"one of {', '.join(get_args(field.annotation))}"
    if bounds := bounds_of(field):
        return f"a {'whole ' * (field.annotation is int)}number from {bounds}"
    return "a path" if field.annotation is Path else "a text"


def bounds_of(field: FieldInfo) -> str:
    """`5 to 30`; blank where there are none."""
    low, high = note_of(field, Ge), note_of(field, Le)
    return f"{low.ge} to {high.le}" if low and high else ""


def note_of(field: FieldInfo, kind: type[T]) -> T | None:
    """What is noted about a field, of one kind."""
    return next((note for note in field.metadata if isinstance(note, kind)), None)


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(
            f"is {name!r}, which is no time zone; write one like Europe/Berlin."
        ) from None
    return name


def _each_an_origin(addresses: list[str]) -> list[str]:
    """Without repetitions, since they become a header."""
    return list(dict.fromkeys(require_frame_origin(address) for address in addresses))


def _split(text: object) -> object:
    """The items of a comma-separated list; empty ones are left out."""
    if not isinstance(text, str):
        return text
    return [item.strip() for item in text.split(",") if item.strip()]


Seconds = Annotated[int, Unit("seconds")]
Days = Annotated[int, Unit("days")]
Minutes = Annotated[int, Unit("minutes")]
Rate = Annotated[
    str,
    StringConstraints(pattern=r"^[1-9][0-9]{0,8}/(s|m|h|d|sec|min|hour|day)$"),
    Values("a number and a unit, such as 30/m or 5/h"),
]
TimeZone = Annotated[
    str, AfterValidator(_time_zone), Values("a name such as Europe/Berlin")
]
Names = Annotated[
    list[str], NoDecode, BeforeValidator(_split), Values("names, separated by commas")
]
Origins = Annotated[
    list[str],
    NoDecode,
    BeforeValidator(_split),
    Values("addresses such as https://class.example.org, separated by commas"),
]
FrameOrigins = Annotated[
    list[str],
    NoDecode,
    AfterValidator(_each_an_origin),
    BeforeValidator(_split),
    Values("addresses such as https://meet.example.org, separated by commas"),
]
Origin = Annotated[
    str, AfterValidator(require_origin), Values("https://class.example.org")
]
PostgresAddress = Annotated[
    str,
    AfterValidator(partial(require_address, POSTGRESQL)),
    Values("postgresql://user:password@host:port/name"),
]
RedisAddress = Annotated[
    str,
    AfterValidator(partial(require_address, REDIS)),
    Values("redis://user:password@host:port/0, or rediss:// for TLS"),
]
