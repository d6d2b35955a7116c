"""Ask a class one question about a moment, afterwards; answers have no names and no order."""

import datetime as dt
import secrets
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from sessions_app.enums import AuditAction, MinuteStatus, SessionState
from sessions_app.models import (
    ClassMinute,
    ClassSession,
    Participant,
    Question,
    User,
    erase_soon,
)
from sessions_app.services import audit
from sessions_app.services.marks import OutsideClass, check_moment
from sessions_app.services.sessions import WrongState

_chance = secrets.SystemRandom()


@transaction.atomic
def ask(
    *, session: ClassSession, by: User, at: dt.datetime, words: str = ""
) -> Question:
    """Ask the students of a lesson that is over about a moment of it.

    Args:
        session: The lesson.
        by: Who asks.
        at: The moment; its minute has numbers, so that students can tell which it was.
        words: The question; blank is "What happened?".

    Raises:
        WrongState: Before the lesson is over, or if it has a question already.
        OutsideClass: If the moment is not in the lesson, or in a minute without numbers.
    """
    locked = _lock(session.pk)
    check_over(locked)
    if Question.objects.filter(session=locked).exists():
        raise WrongState(
            _("This lesson has a question already. Delete it before you ask another.")
        )
    check_moment(locked, at)
    _check_shown(locked, at)
    question = Question.objects.create(
        session=locked, at=at, words=words or _("What happened?")
    )
    _audit(locked, AuditAction.MADE, by)
    return question


def check_over(session: ClassSession) -> None:
    """Refuse to ask before all minutes of a lesson are closed.

    Raises:
        WrongState: With a sentence for people.
    """
    if session.state != SessionState.ENDED:
        raise WrongState(_("This lesson is not over yet. Ask when it is."))


def _check_shown(session: ClassSession, at: dt.datetime) -> None:
    assert session.started_at is not None  # it is over
    index = int((at - session.started_at).total_seconds() // session.window_s)
    released = Q(status=MinuteStatus.RELEASED) | Q(pulse_status=MinuteStatus.RELEASED)
    if not ClassMinute.objects.filter(released, session=session, index=index).exists():
        raise OutsideClass(_("This minute has no numbers. Ask about one that has."))


@transaction.atomic
def answer(*, participant: Participant, question: int | None, text: str) -> None:
    """Put a student's one answer among the others, and keep nothing of whose it is.

    Args:
        participant: Who answers.
        question: The key of what was read and answered: there may be another one by now.
        text: The answer.

    Raises:
        WrongState: If nothing is asked (any more), or the student has answered.
    """
    session = _lock(participant.session_id)
    asked = Question.objects.filter(session=session, closed_at=None).first()
    if asked is None or asked.pk != question:
        raise WrongState(_("This question is closed. Your answer was not sent."))
    person = Participant.objects.select_for_update().get(pk=participant.pk)
    if person.answered:
        raise WrongState(_("You have answered already. Each student answers once."))
    person.answered = True
    person.save(update_fields=["answered"])
    asked.waiting = [*asked.waiting, {"id": str(uuid4()), "text": text}]
    if len(asked.waiting) >= session.promise.min_group:
        _show_all(asked)
    _write_again(asked)


@transaction.atomic
def close(*, session: ClassSession, by: User) -> Question:
    """Take no more answers; show the rest, or delete it where too few answered in all.

    Raises:
        DoesNotExist: If nothing was asked.
    """
    question = _question(session)
    if not question.is_open:
        return question
    question.closed_at = timezone.now()
    together = len(question.shown) + len(question.waiting)
    if together >= session.promise.min_group:
        _show_all(question)
    question.waiting = []
    _write_again(question)
    _audit(session, AuditAction.CHANGED, by)
    return question


@transaction.atomic
def delete_answer(*, session: ClassSession, by: User, answer: str) -> bool:
    """Take an answer away for good; tell whether there was such a one to see."""
    question = _question(session)
    left = [each for each in question.shown if each["id"] != answer]
    if len(left) == len(question.shown):
        return False
    question.shown = left
    _write_again(question)
    _audit(session, AuditAction.CHANGED, by, more=": an answer was deleted")
    return True


@transaction.atomic
def delete(*, session: ClassSession, by: User) -> None:
    """Delete the question with all its answers; who answered it may answer another."""
    _question(session).delete()
    session.participants.filter(answered=True).update(answered=False)
    _audit(session, AuditAction.DELETED, by)


def _question(session: ClassSession) -> Question:
    return Question.objects.get(session=_lock(session.pk))


def _lock(pk: UUID) -> ClassSession:
    """One change at a time; the lesson first, as where it is deleted with all it has."""
    return ClassSession.objects.select_for_update().get(pk=pk)


def _show_all(question: Question) -> None:
    question.shown = [*question.shown, *question.waiting]
    question.waiting = []


def _write_again(question: Question) -> None:
    """In another order, so that none of them follows from when it came."""
    for answers in (question.shown, question.waiting):
        _chance.shuffle(answers)
    question.save(update_fields=["closed_at", "shown", "waiting"])
    erase_soon()


def _audit(session: ClassSession, action: AuditAction, by: User, **more: Any) -> None:
    words = f"; question to the class{more.get('more', '')}"
    audit.about(session, action, by=by, more=words)
