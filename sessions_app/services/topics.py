"""What a lesson is about: an agenda before it, the topic that runs, and all of it afterwards.

A topic is a beginning with a name. What begins later ends it, so topics cannot overlap; the
session's row is locked while one is added or moved, so that their order holds.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from sessions_app import clock
from sessions_app.enums import AuditAction, MarkKind
from sessions_app.models import ClassSession, Mark, User, erase_soon
from sessions_app.models.mark import MAX_WORD
from sessions_app.services import audit
from sessions_app.services.marks import OutsideClass, both_words, changed, check_moment
from sessions_app.services.sessions import WrongState

MOST_TOPICS = 100  # of one lesson; and as many in its agenda


class TopicsInTheWay(OutsideClass):
    """Another topic begins there, or between; nothing has changed."""


class BadAgenda(ValueError):
    """An agenda that is too long, or has a line that is; nothing was kept."""


def check_agenda(names: Sequence[str]) -> None:
    """Refuse an agenda that a lesson cannot have.

    Raises:
        BadAgenda: With a sentence for people.
    """
    if len(names) > MOST_TOPICS:
        raise BadAgenda(
            _("%(n)s topics are too many; %(most)s is the most. Shorten the list.")
            % {"n": len(names), "most": MOST_TOPICS}
        )
    for number, name in enumerate(names, start=1):
        if len(name) > MAX_WORD:
            raise BadAgenda(
                _("Topic %(number)s has %(n)s characters; %(most)s is the most.")
                % {"number": number, "n": len(name), "most": MAX_WORD}
            )


@transaction.atomic
def set_agenda(*, session: ClassSession, by: User, agenda: list[str]) -> ClassSession:
    """Say which topics are to come, in order.

    Raises:
        WrongState: Once the lesson is over.
        BadAgenda: If it is too long.
    """
    locked = _lock(session)
    if locked.is_over:
        raise WrongState(_("This lesson is over; no topic is to come."))
    check_agenda(agenda)
    if agenda != locked.agenda:
        _keep_agenda(locked, agenda)
        audit.marked(locked, AuditAction.CHANGED, by=by, what="Agenda")
    return locked


@transaction.atomic
def begin(
    *, session: ClassSession, by: User, at: dt.datetime | None = None, word: str = ""
) -> Mark:
    """Begin a topic of a lesson: now, unless another moment is said.

    Args:
        session: A lesson that runs or, if a moment is said, is over.
        by: Who begins it.
        at: A moment of the lesson.
        word: Its name; if left out, the agenda's next one or else a number. A name of the
            agenda leaves it. The same name as that of the topic that runs begins nothing,
            so that two presses make one topic.

    Raises:
        WrongState: Before the lesson; after it, if no moment is said; with too many topics.
        OutsideClass: If the moment is not in the lesson.
        TopicsInTheWay: If another topic begins at this very moment.
    """
    locked = _lock(session)
    if locked.started_at is None:
        raise WrongState(
            _("This lesson has not started. Write its topics into the agenda.")
        )
    if at is None and locked.is_over:
        raise WrongState(_("This lesson is over; say when the topic began."))
    known = list(locked.marks.topics())
    if len(known) >= MOST_TOPICS:
        raise WrongState(
            _("This lesson has %(n)s topics, the most there can be. Delete some first.")
            % {"n": MOST_TOPICS}
        )
    agenda = list(locked.agenda)
    if not word:
        word = agenda[0] if agenda and at is None else _number(len(known) + 1)
    if at is None and known and known[-1].word == word:
        return known[-1]
    at = at or clock.now()
    _check(locked, at, known)
    if word in agenda:
        agenda.remove(word)
        _keep_agenda(locked, agenda)
    topic = Mark.objects.create(session=locked, kind=MarkKind.TOPIC, at=at, word=word)
    changed(locked, AuditAction.MADE, by=by, what="Topics")
    return topic


@transaction.atomic
def update(*, topic: Mark, by: User, **values: Any) -> Mark:
    """Name or move a topic; it cannot be moved past the topics beside it.

    Raises:
        OutsideClass: If the new moment is not in the lesson.
        TopicsInTheWay: If it would not lie between the neighbours any more.
    """
    locked = _lock(topic.session)
    topic = locked.marks.topics().get(pk=topic.pk)
    if "at" in values:
        known = list(locked.marks.topics())
        _check(locked, values["at"], [each for each in known if each != topic])
        _check_between(topic, values["at"], known)
    for name, value in values.items():
        setattr(topic, name, value)
    topic.save(update_fields=list(values))
    changed(locked, AuditAction.CHANGED, by=by, what="Topics")
    return topic


@transaction.atomic
def merge(*, topic: Mark, by: User, other: Mark | None = None) -> Mark:
    """Make one topic out of two neighbours; it begins with the earlier and has both names.

    Args:
        topic: One of them.
        by: Who merges them.
        other: The other one; None for the one before.

    Raises:
        WrongState: If they are the same one, or another topic is between them.
    """
    if topic == other:
        raise WrongState(_("A topic cannot be merged with itself. Choose another one."))
    known = list(_lock(topic.session).marks.topics())
    if other is None:
        other = next((each for each in reversed(known) if each.at < topic.at), None)
    if other is None:
        raise WrongState(_("No topic is before this one, so nothing can be merged."))
    if not {topic, other} <= {*known}:
        raise Mark.DoesNotExist
    earlier, later = sorted((known.index(topic), known.index(other)))
    if later != earlier + 1:
        raise WrongState(
            _("“%(name)s” is between these topics. Only neighbours can be merged.")
            % {"name": known[earlier + 1].word}
        )
    first, second = known[earlier], known[later]
    first.word = both_words(first.word, second.word)
    first.save(update_fields=["word"])
    second.delete()
    changed(topic.session, AuditAction.CHANGED, by=by, what="Topics")
    return first


@transaction.atomic
def delete(*, topic: Mark, by: User) -> None:
    """Take a topic away; the one before it lasts until the one after it."""
    changed(topic.session, AuditAction.DELETED, by=by, what="Topics")
    topic.delete()


def _number(n: int) -> str:
    return _("Topic %(n)s") % {"n": n}


def _keep_agenda(session: ClassSession, agenda: list[str]) -> None:
    session.agenda = agenda
    session.marks_version += 1  # its row is locked
    session.save(update_fields=["agenda", "marks_version"])
    erase_soon()


def _check(session: ClassSession, at: dt.datetime, others: Sequence[Mark]) -> None:
    """Refuse a moment outside of the lesson, or one at which another topic begins."""
    check_moment(session, at)
    for other in others:
        if other.at == at:
            raise TopicsInTheWay(
                _("“%(name)s” begins at this very moment. Choose another time.")
                % {"name": other.word}
            )


def _check_between(topic: Mark, at: dt.datetime, known: Sequence[Mark]) -> None:
    """Refuse a moment beyond the topic before this one, or the one after it."""
    own = known.index(topic)
    for place, other in enumerate(known):
        if place != own and (place < own) != (other.at < at):
            raise TopicsInTheWay(
                _(
                    "“%(name)s” would be passed. A topic stays between the topics beside "
                    "it: move that one first, or merge the two."
                )
                % {"name": other.word}
            )


def _lock(session: ClassSession) -> ClassSession:
    return ClassSession.objects.select_for_update().get(pk=session.pk)
