"""A student's no stops the reading first and is written then, again until it can be.

The live path of this process stops at once; those of the other web processes of a
cluster stop within a second. Stopping does not need the database.
"""

import logging
import time
from collections.abc import Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import NamedTuple
from uuid import NAMESPACE_OID, UUID, uuid5

from django.core.exceptions import ObjectDoesNotExist
from django.db import InterfaceError, OperationalError

from inference.cluster.redis_away import RedisAway
from sessions_app.enums import Purpose
from sessions_app.events import session_changed
from sessions_app.minutes import withheld
from sessions_app.minutes.current_store import get_store
from sessions_app.models import Participant
from sessions_app.services import own_result

logger = logging.getLogger(__name__)

_TRIES_FOR_S = 1.0  # where the database is away, each try may take seconds
# A Redis that hangs answers nothing for seconds, in which the row would not be written, and
# no other process would know of it. One that is well takes a millisecond.
_TOLD_WITHIN_S = 0.2
_telling = ThreadPoolExecutor(8, "noes")
_waiting: dict[tuple[UUID, str], "_Waiting"] = {}
_MOST_UNHEARD = 10_000
# Whose no is on its way into the database; each with the class.
_on_its_way: dict[UUID, UUID] = {}
# Who left in the last second, and before; each with the class.
_deleted: tuple[dict[UUID, UUID], dict[UUID, UUID]] = {}, {}


class _Waiting(NamedTuple):
    noes: Collection[Purpose]
    writing: Callable[[], None]


class NotWritten(Exception):
    """A no holds already, but the database could not take it yet; it is tried again."""


def stop_reading(session: UUID, person: UUID, purposes: Collection[Purpose]) -> None:
    """Stop using a student's signals for some purposes; drop what open minutes hold of them.

    `write` has to follow.
    """
    withheld.begin_no(person, purposes)
    _on_its_way[person] = session
    with suppress(TimeoutError):
        _telling.submit(_stop_elsewhere, session, person, purposes).result(
            _TOLD_WITHIN_S
        )
    session_changed(session)


def _stop_elsewhere(session: UUID, person: UUID, purposes: Collection[Purpose]) -> None:
    _tell_others(session, person)
    get_store().forget(session, person, purposes)
    if Purpose.EXPRESSION in purposes:
        own_result.forget(person)


def write(
    participant: Participant,
    what: str,
    noes: Collection[Purpose],
    writing: Callable[[], None],
) -> None:
    """Write a decision that holds already; `write_waiting` tries again what fails here.

    Args:
        participant: Whose decision it is.
        what: A word for it; said again before it is written, it is one thing to write.
        noes: What it says no to, as `stop_reading` was told.
        writing: Writes it, and may be called again.

    Raises:
        NotWritten: If it could not be written now.
    """
    key = participant.pk, what
    waits = False
    try:
        writing()
    except (OperationalError, InterfaceError) as error:
        logger.warning("A no holds, but could not be written yet: %s", error)
        waits = key not in _waiting
        _waiting[key] = _Waiting(noes, writing)
        raise NotWritten from error
    finally:
        if not waits:  # or the one that waits stands for both
            withheld.end_no(participant.pk, noes)


def hear_later(whose: str, what: str, hearing: Callable[[], None]) -> None:
    """Hear a no again, each second, as the database could not even tell whose it is.

    Nothing is read meanwhile, since nobody's consent can be.

    Args:
        whose: The same for the same browser in the same class.
        what: A word for it.
        hearing: Finds the student, if there is one, and says it; may be called again.
    """
    key = uuid5(NAMESPACE_OID, whose), what
    if key in _waiting or len(_waiting) < _MOST_UNHEARD:
        _waiting[key] = _Waiting((), hearing)


def mark_written(participant: Participant, decisions: Mapping[Purpose, bool]) -> None:
    """A student's decisions are in the database: withhold only until they are read."""
    noes = {purpose for purpose, yes in decisions.items() if not yes}
    latest = participant.consents.latest_decisions().filter(purpose__in=decisions)
    until = {
        Purpose(purpose): key - yes
        for key, purpose, yes in latest.values_list("pk", "purpose", "given")
    }
    if until:
        withheld.note_written(participant.pk, until, noes)
        _tell_others(participant.session_id, participant.pk)


def forget(session: UUID, person: UUID) -> None:
    """A student's rows are deleted: delete all else that bears the id; tell the sockets.

    Once more when every roster was read again: then nothing of it is on its way any more.
    """
    _deleted[0][person] = session
    session_changed(session)
    try:
        get_store().forget_person(session, person)
    except RedisAway as error:
        logger.warning("What a student deleted is forgotten later. %s", error)


def something_waits() -> bool:
    """Whether `write_waiting` has anything to do."""
    return bool(_waiting or _on_its_way or withheld.untold or any(_deleted))


def write_waiting() -> None:
    """Try again what could not be written or told; the clock of the process calls it.

    A no that is not written yet is told each time: it may be all that keeps another process
    from reading the student, and that Redis forgets. What cannot be written keeps nothing else
    waiting: it is tried last the next time. Nor do many keep the clock waiting.

    Raises:
        OperationalError: If the database still cannot take something.
    """
    _tell_again()
    _forget_deleted()
    failed, until = None, time.monotonic() + _TRIES_FOR_S
    for tried, (key, one) in enumerate(list(_waiting.items())):
        if tried and time.monotonic() > until:  # a second later it goes on
            break
        try:
            one.writing()
        except ObjectDoesNotExist:  # the student has left, or the class was deleted
            logger.info("A no needs no writing any more: nothing is left of it")
        except (OperationalError, InterfaceError) as error:
            failed, _waiting[key] = error, _waiting.pop(key, one)
            continue
        if _waiting.get(key) is one:  # none was said meanwhile
            del _waiting[key]
            withheld.end_no(key[0], one.noes)
    if failed:
        raise failed


def _tell_again() -> None:
    for person in list(_on_its_way):
        if not withheld.is_on_its_way(person):
            _on_its_way.pop(person, None)
    for person, session in (withheld.untold | _on_its_way).items():
        if not _tell_others(session, person):  # each try may take a second
            break


def _forget_deleted() -> None:
    newest, older = _deleted
    try:
        for person, session in list(older.items()):
            withheld.forget(person)
            get_store().forget_person(session, person)
            del older[person]
    except RedisAway as error:
        logger.debug("What students deleted is still to be forgotten. %s", error)
    for person in list(newest):
        older[person] = newest.pop(person)


def _tell_others(session: UUID, person: UUID) -> bool:
    """Tell what is withheld; again where that changed meanwhile. False if Redis is away."""
    told: dict[Purpose, int] = {}
    try:
        while told != (until := withheld.withheld_of(person)):
            get_store().withhold(session, person, until)
            told = until
    except RedisAway as error:
        withheld.untold[person] = session
        logger.warning("Other web processes hear of a no later. %s", error)
        return False
    withheld.untold.pop(person, None)
    return True
