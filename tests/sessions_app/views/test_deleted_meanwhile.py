"""What another tab deletes while a request is under way is not there: 404, and no fault."""

from contextlib import contextmanager

import pytest
from django.db import connection
from django.urls import resolve, reverse

from sessions_app.models import (
    ClassSession,
    CoTeacher,
    Course,
    Invitation,
    Mark,
    OutgoingMail,
    SavedView,
    Webhook,
    WebhookCall,
)
from tests.sessions_app.factories import MarkFactory, ReportFactory
from tests.sessions_app.views.access_matrix import ROWS
from tests.sessions_app.views.conftest import undone
from tests.sessions_app.views.test_audited import WRITTEN, send

pytestmark = pytest.mark.django_db

# What the parameters of an address name; a part of its name says what `pk` is.
OF_PARAMETER = {"call": WebhookCall, "mark": Mark, "topic": Mark, "who": CoTeacher}
OF_NAME = {
    "api-webhook-call-again": Webhook,
    "webhook-call-again": WebhookCall,
    "webhook": Webhook,
    "course-": Course,
    "invitation-": Invitation,
    "mail-again": OutgoingMail,
    "session-": ClassSession,
    "totals-view-": SavedView,
}
NEVER_DELETED = ("person", "password_reset", "invitation-accept", "join")
WRITES = ("SAVEPOINT", "INSERT", "UPDATE", "DELETE")
# It was to be deleted, or another invitation takes its place.
AS_WANTED = {
    ("api-course-detail", "DELETE", "pk"): 204,
    ("api-session-mark", "DELETE", "mark"): 204,
    ("api-session-mark", "DELETE", "pk"): 204,
    ("api-session-reply", "DELETE", "mark"): 204,
    ("api-session-reply", "DELETE", "pk"): 204,
    ("api-session-topic", "DELETE", "pk"): 204,
    ("api-session-topic", "DELETE", "topic"): 204,
    ("api-totals-view-detail", "DELETE", "pk"): 204,
    ("course-delete", "POST", "pk"): 302,
    ("invitation-again", "POST", "pk"): 200,
    ("invitation-revoke", "POST", "pk"): 302,
    ("totals-view-delete", "POST", "pk"): 302,
}


@pytest.fixture
def request_of(arguments, session):
    """The address and the body of each change, as somebody sends it."""
    at = session.started_at.isoformat()
    bodies = {
        "session-topics": {"kind": "reply", "word": "Back to slide 4"},
        "api-session-question": {"at": at},
        "api-session-topic-merge": {
            "other": str(MarkFactory(session=session, kind="topic", word="Sets").pk)
        },
    }
    ended = [ReportFactory(ready=True).pk]

    def of(name, method):
        _, body = WRITTEN.get((name, method), ("", {}))
        own = ended if "-report" in name else arguments(name)
        return reverse(name, args=own), bodies.get(name, body)

    return of


def model_of(name, parameter):
    if parameter != "pk":
        return OF_PARAMETER.get(parameter)
    return next((model for part, model in OF_NAME.items() if part in name), None)


@contextmanager
def deleted_before_it_is_written(model, pk):
    """Delete a row as a request begins to write; by then it has found the row."""
    gone = []

    def look(execute, sql, params, many, context):
        if sql.startswith(WRITES) and not gone:
            gone.append(pk)
            model._base_manager.filter(pk=pk).delete()
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield gone


def changes():
    """Every change of a row that somebody may make, with who makes it."""
    for name, method, _, owner, _, boss, *_ in ROWS:
        by = next(
            (
                who
                for who, cell in (("boss", boss), ("owner", owner))
                if cell not in {"no", "hidden", "405", "401"}
            ),
            None,
        )
        if method != "GET" and by and not name.startswith(NEVER_DELETED):
            yield name, method, by


def test_whatever_is_deleted_while_it_is_changed_is_not_found(request_of, browsers):
    met, written = {}, set()
    for name, method, by in changes():
        url, body = request_of(name, method)
        for parameter, pk in resolve(url).kwargs.items():
            if not (model := model_of(name, parameter)):
                continue
            with (
                undone(browsers[by]) as browser,
                deleted_before_it_is_written(model, pk) as gone,
            ):
                met[name, method, parameter] = send(
                    browser, method, url, body
                ).status_code
            written |= {(name, method, parameter)} if gone else set()

    assert len(met) > 60
    assert met.keys() - written == set()
    assert {
        where: status for where, status in met.items() if status != 404
    } == AS_WANTED
