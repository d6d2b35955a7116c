import datetime as dt

import pytest
from django.utils import timezone

from sessions_app.enums import AuditAction
from sessions_app.models import AuditEntry
from sessions_app.models.audit import AppendOnlyViolation
from sessions_app.services import audit, sessions
from tests.sessions_app.factories import ClassSessionFactory, CourseFactory

pytestmark = pytest.mark.django_db


def entries():
    fields = ("actor", "action", "object_id", "detail")
    return list(AuditEntry.objects.order_by("pk").values_list(*fields))


def test_an_entry_says_who_did_what_to_what(teacher):
    session = ClassSessionFactory(teacher=teacher, title="Algebra")

    audit.viewed(session=session, by=teacher, what="Summary")
    audit.exported(session=session, by=teacher, what="CSV")
    audit.about(session, AuditAction.DELETED, by=teacher)
    audit.record(action=AuditAction.DELETED, actor=None, detail="x" * 600)

    pk = str(session.pk)
    assert entries() == [
        (teacher.email, "viewed", pk, "Summary of “Algebra”"),
        (teacher.email, "exported", pk, "CSV of “Algebra”"),
        (teacher.email, "deleted", pk, "lesson “Algebra”"),
        ("", "deleted", "", "x" * 500),
    ]


def test_a_long_title_hides_nothing_else_that_was_changed(teacher):
    before, after = (CourseFactory(teacher=teacher, title=t * 200) for t in "cd")
    session = ClassSessionFactory(teacher=teacher, title="a" * 200, course=before)
    values = {"title": "b" * 200, "course": after, "frame_interval_ms": 5000}

    sessions.update(
        session=session, by=teacher, **values, expression_on=False, signed_in_only=True
    )

    [(_, _, _, said)] = entries()
    assert "title: aaa" in said
    assert "frame interval ms: 2000 → 5000; expression on: on → off" in said
    assert said.endswith("students who had not signed in were removed")


def test_an_entry_outlives_what_it_is_about(teacher):
    session = ClassSessionFactory(teacher=teacher, title="Algebra")
    audit.viewed(session=session, by=teacher, what="Summary")

    teacher.class_sessions.all().delete()
    teacher.delete()

    assert len(entries()) == 1


def test_an_entry_is_never_changed_or_deleted_by_itself(teacher):
    entry = audit.record(action=AuditAction.POLICY, actor=teacher)

    entry.actor = "somebody@else.example"
    with pytest.raises(AppendOnlyViolation):
        entry.save()
    with pytest.raises(AppendOnlyViolation):
        entry.delete()
    with pytest.raises(AppendOnlyViolation):
        AuditEntry.objects.update(actor="")
    assert entries() == [(teacher.email, "policy", "", "")]


def test_a_socket_that_stays_open_is_written_down_every_ten_minutes(teacher, stopped):
    session = ClassSessionFactory(teacher=teacher)

    for _ in range(25):
        audit.keeps_viewing(session=session, by=teacher, what="Live numbers")
        stopped.shift(dt.timedelta(minutes=1))

    times = AuditEntry.objects.order_by("at").values_list("at", flat=True)
    assert [(timezone.now() - at).total_seconds() / 60 for at in times] == [25, 15, 5]


def test_two_people_who_look_are_two_entries(teacher, boss):
    session = ClassSessionFactory(teacher=teacher)

    for person in (teacher, boss):
        audit.keeps_viewing(session=session, by=person, what="Live numbers")

    assert [actor for actor, *_ in entries()] == [teacher.email, boss.email]
