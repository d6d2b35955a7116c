"""Whether what a web process stands on answers: artefact, database, Redis."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from inference.artefact import load_calibration
from inference.cluster.redis_away import RedisAway

Check = Callable[[], object]


class PartAway(RuntimeError):
    """A part does not answer or must not be used; the text says which, and no password."""


class PartForbidden(PartAway):
    """A part that answers and must not be used."""


def checks() -> dict[str, Check]:
    """What to ask, by the part's name; each raises `PartAway` or `ArtefactRefused`."""
    asked: dict[str, Check] = {"database": check_database}
    if settings.FER_EMOTION_INFERENCE:
        asked["artefact"] = artefact_hash
    if settings.FER_CLUSTER:
        asked["redis"] = partial(check_redis, "FER_REDIS_URL")
        asked["live_redis"] = partial(check_redis, "FER_LIVE_REDIS_URL")
    return asked


def require_parts() -> None:
    """Make sure that all of them answer.

    Raises:
        PartAway: If one does not.
        ArtefactRefused: If the model's files are missing or changed.
    """
    for check in checks().values():
        check()


def artefact_hash() -> str:
    """The hash of the model whose scores this process understands.

    Raises:
        ArtefactRefused: If its files are missing or changed.
    """
    return load_calibration(settings.FER_ARTEFACT).artefact_hash


def check_database() -> None:
    """Open a new connection, past the pool, and ask something.

    Raises:
        PartAway: If the database does not answer.
    """
    own = connection.copy()
    own.settings_dict["OPTIONS"].pop("pool", None)
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        reason = str(error).strip().splitlines()[-1]
        where = _where(own.settings_dict)
        raise PartAway(f"The database at {where} does not answer: {reason}") from error
    finally:
        own.close()


def check_redis(name: str) -> None:
    """Ask the Redis that a setting names.

    Raises:
        PartAway: If it does not answer.
        PartForbidden: If it writes to a disk and must not.
    """
    from inference.cluster import redis_client  # noqa: PLC0415 -- clusters alone

    address = getattr(settings, name)
    try:
        redis_client.require(name, address)
        persistent = name == "FER_LIVE_REDIS_URL" and redis_client.writes_to_a_disk(
            name, address
        )
    except RedisAway as error:
        raise PartAway(str(error)) from error
    if persistent:
        raise PartForbidden(
            f"The Redis of {name} writes to its disk, and frames must not reach one; "
            'start it with --save "" --appendonly no.'
        )


def _where(database: dict[str, Any]) -> str:
    if not database["HOST"]:
        return str(database["NAME"])
    host = f"[{database['HOST']}]" if ":" in database["HOST"] else database["HOST"]
    return f"{host}:{database['PORT']}/{database['NAME']}"
