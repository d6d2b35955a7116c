"""A lesson's question, as its students and its staff are shown it."""

from typing import Any

from sessions_app.enums import SessionState
from sessions_app.models import ClassSession, Participant, Question


def question_of(session: ClassSession) -> Question | None:
    return Question.objects.filter(session=session).first()


def asked_of(participant: Participant) -> Question | None:
    """The question that a student can answer now; None where there is none, or it is answered."""
    question = question_of(participant.session)
    over = participant.session.state == SessionState.ENDED
    is_asked = question and question.is_open and over and not participant.answered
    return question if is_asked else None


def as_data(question: Question) -> dict[str, Any]:
    """What staff see of it, ready for JSON; answers that wait are not told, nor counted."""
    return {
        "at": question.at.isoformat(),
        "words": question.words,
        "asked_at": question.asked_at.isoformat(),
        "closed_at": question.closed_at and question.closed_at.isoformat(),
        "answers": question.shown,
    }
