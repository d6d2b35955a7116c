"""What an older checkout left in a database is whole today."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from sessions_app.minutes.looking_back import look_back
from sessions_app.minutes.timeline import class_timeline
from sessions_app.selectors.export import as_csv, session_export
from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory

pytestmark = pytest.mark.django_db


def test_the_first_migration_takes_over_what_others_have_made():
    applied = MigrationLoader(connection).applied_migrations
    loader = MigrationLoader(None)
    [initial] = loader.graph.root_nodes("sessions_app")

    replaced = loader.disk_migrations[initial].replaces

    ours = {each for each in loader.disk_migrations if each[0] == "sessions_app"}
    assert {each for each in applied if each[0] == "sessions_app"} == {*ours, *replaced}


def test_a_minute_from_before_the_answers_is_shown_and_exported():
    session = ClassSessionFactory(live=True)
    later = ("answers", "answers_band", "pulse_band")
    ClassMinuteFactory(
        session=session,
        index=0,
        released=True,
        statement="",
        pulse_statement="",
        coverage="",
        **dict.fromkeys(later),
    )
    ClassMinuteFactory(session=session, index=1)

    minutes = class_timeline(session=session)["minutes"]
    table = as_csv(session_export(session=session))

    assert [minute["status"] for minute in minutes] == ["released", "too_few"]
    assert minutes[0]["groups"]["calm"] == 0.5
    assert len(table.splitlines()) == 3
    assert look_back(minutes, session.window_s).with_numbers == 1
