"""Rows and their constraints; nothing here acts."""

from sessions_app.models.minute import ClassMinute
from sessions_app.models.participant import Consent, Participant
from sessions_app.models.people import Invitation, User
from sessions_app.models.session import ClassSession, Course

__all__ = [
    "ClassMinute",
    "ClassSession",
    "Consent",
    "Course",
    "Invitation",
    "Participant",
    "User",
]
