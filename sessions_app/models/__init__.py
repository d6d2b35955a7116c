"""Rows and their constraints; nothing here acts."""

from sessions_app.models.audit import AuditEntry
from sessions_app.models.consent import Consent
from sessions_app.models.erasure import erase_soon
from sessions_app.models.log_in import LogIn
from sessions_app.models.mark import Mark
from sessions_app.models.minute import ClassMinute
from sessions_app.models.participant import Browser, Participant
from sessions_app.models.people import Invitation, User
from sessions_app.models.policy import Policy
from sessions_app.models.press import Press
from sessions_app.models.session import ClassSession, Course, ReplacedCode
from sessions_app.models.token import ApiToken

# Raised where somebody deletes a row between a look-up and the lock that follows it.
DELETED_MEANWHILE = (
    ClassSession.DoesNotExist,
    Course.DoesNotExist,
    Participant.DoesNotExist,
    Invitation.DoesNotExist,
)

__all__ = [
    "DELETED_MEANWHILE",
    "ApiToken",
    "AuditEntry",
    "Browser",
    "ClassMinute",
    "ClassSession",
    "Consent",
    "Course",
    "Invitation",
    "LogIn",
    "Mark",
    "Participant",
    "Policy",
    "Press",
    "ReplacedCode",
    "User",
    "erase_soon",
]
