"""Rows and their constraints; nothing here acts."""

import sqlite3

from django.db import IntegrityError

from sessions_app.models.alert import AlertAnswer
from sessions_app.models.audit import AuditEntry
from sessions_app.models.calendar import CalendarFeed, CancelledLesson
from sessions_app.models.co_teacher import CoTeacher
from sessions_app.models.consent import Consent
from sessions_app.models.course import Course, ReplacedCode
from sessions_app.models.delivery import OutgoingMail
from sessions_app.models.erasure import erase_soon
from sessions_app.models.lesson_figures import LessonFigures
from sessions_app.models.log_in import LogIn
from sessions_app.models.lti import (
    LtiContext,
    LtiKey,
    LtiLaunch,
    LtiLink,
    LtiPlatform,
)
from sessions_app.models.mark import Mark
from sessions_app.models.minute import ClassMinute
from sessions_app.models.participant import Browser, Participant
from sessions_app.models.people import Invitation, User
from sessions_app.models.policy import Policy
from sessions_app.models.press import Press
from sessions_app.models.question import Question
from sessions_app.models.report import Report, ReportPdf
from sessions_app.models.saved_view import SavedView
from sessions_app.models.session import ClassSession
from sessions_app.models.token import ApiToken
from sessions_app.models.webhook import Webhook, WebhookCall

# A row names one that is not there: what PostgreSQL and SQLite call that.
_NAMES_NO_ROW = {"23503", sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY}
# Raised where somebody deletes a row between a look-up and the lock that follows it.
DELETED_MEANWHILE = (
    ClassSession.DoesNotExist,
    Course.DoesNotExist,
    CoTeacher.DoesNotExist,
    Participant.DoesNotExist,
    Invitation.DoesNotExist,
    LtiPlatform.DoesNotExist,
    Mark.DoesNotExist,
    OutgoingMail.DoesNotExist,
    Question.DoesNotExist,
    Webhook.DoesNotExist,
    WebhookCall.DoesNotExist,
)


def is_deleted_meanwhile(error: BaseException) -> bool:
    """Whether a request failed since somebody deleted what it was about.

    Whether all rows that new ones name are still there, databases ask at its end.
    """
    if not isinstance(error, IntegrityError):
        return isinstance(error, DELETED_MEANWHILE)
    codes = (
        getattr(error.__cause__, name, "") for name in ("sqlstate", "sqlite_errorcode")
    )
    return not _NAMES_NO_ROW.isdisjoint(codes)


__all__ = [
    "DELETED_MEANWHILE",
    "AlertAnswer",
    "ApiToken",
    "AuditEntry",
    "Browser",
    "CalendarFeed",
    "CancelledLesson",
    "ClassMinute",
    "ClassSession",
    "CoTeacher",
    "Consent",
    "Course",
    "Invitation",
    "LessonFigures",
    "LogIn",
    "LtiContext",
    "LtiKey",
    "LtiLaunch",
    "LtiLink",
    "LtiPlatform",
    "Mark",
    "OutgoingMail",
    "Participant",
    "Policy",
    "Press",
    "Question",
    "ReplacedCode",
    "Report",
    "ReportPdf",
    "SavedView",
    "User",
    "Webhook",
    "WebhookCall",
    "erase_soon",
    "is_deleted_meanwhile",
]
