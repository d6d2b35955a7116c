"""Rows of before a migration are whole after it."""

import datetime as dt

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from sessions_app.minutes.looking_back import look_back
from sessions_app.minutes.timeline import class_timeline
from sessions_app.models import ClassSession
from sessions_app.selectors.export import as_csv, session_export

APP = "sessions_app"


def migrated_to(name):
    executor = MigrationExecutor(connection)
    executor.migrate([(APP, name)])
    return MigrationExecutor(connection).loader.project_state([(APP, name)]).apps


@pytest.fixture
def newest():
    """Leave the database at the newest migration, whatever the test did."""
    [node] = MigrationExecutor(connection).loader.graph.leaf_nodes(APP)
    yield
    MigrationExecutor(connection).migrate([node])


@pytest.mark.django_db(transaction=True)
def test_every_course_of_before_gets_a_lasting_link_of_its_own(newest):
    before = migrated_to("0001_initial")
    teacher = before.get_model(APP, "User").objects.create(email="t@school.example")
    for title in ("Algebra", "Botany", "Chemistry"):
        before.get_model(APP, "Course").objects.create(title=title, teacher=teacher)

    after = migrated_to("0002_lasting_links")

    codes = after.get_model(APP, "Course").objects.values_list("join_code", flat=True)
    assert len({*codes}) == 3
    assert all(len(code) == 8 for code in codes)


def minutes_of_before(apps):
    """A class with a minute that shows seven shares, and one of too few students."""
    teacher = apps.get_model(APP, "User").objects.create(email="t@school.example")
    began = timezone.now() - dt.timedelta(minutes=2)
    session = apps.get_model(APP, "ClassSession").objects.create(
        teacher=teacher, title="Rings", state="live", started_at=began
    )
    made = apps.get_model(APP, "ClassMinute").objects.create
    numbers = {
        "status": "released",
        "size": 15,
        "shares": [0.05, 0.0, 0.0, 0.35, 0.1, 0.05, 0.45],
        "band": [0.1, 0.05, 0.05, 0.9, 0.15, 0.3, 0.2],
        "valence": 0.2,
        "valence_band": 0.1,
        "pulse_status": "released",
        "pulse": {"lost": 0.1, "too_fast": 0.2, "ok": 0.5, "no_answer": 0.2},
        "pulse_size": 15,
    }
    made(session=session, index=0, starts_at=began, **numbers)
    made(session=session, index=1, starts_at=began, status="too_few")
    return numbers


@pytest.mark.django_db(transaction=True)
def test_a_minute_of_before_shows_the_sums_of_its_shares_as_groups(newest):
    numbers = minutes_of_before(migrated_to("0002_lasting_links"))

    after = migrated_to("0003_groups_and_statements")

    shown, hidden = after.get_model(APP, "ClassMinute").objects.order_by("index")
    assert shown.groups == {"pleased": 0.4, "calm": 0.45, "strained": 0.15}
    assert shown.groups_band == {"pleased": 1.0, "calm": 0.2, "strained": 0.35}
    assert {name: getattr(shown, name) for name in numbers} == numbers
    assert (shown.statement, shown.pulse_band) == ("", None)
    assert (hidden.status, hidden.groups, hidden.statement) == ("too_few", None, "")


@pytest.mark.django_db(transaction=True)
def test_a_minute_of_before_is_shown_and_exported_today(newest):
    minutes_of_before(migrated_to("0002_lasting_links"))
    [node] = MigrationExecutor(connection).loader.graph.leaf_nodes(APP)
    MigrationExecutor(connection).migrate([node])

    session = ClassSession.objects.get()
    minutes = class_timeline(session=session)["minutes"]
    table = as_csv(session_export(session=session))

    assert [minute["status"] for minute in minutes] == ["released", "too_few"]
    assert minutes[0]["groups"]["calm"] == 0.45
    assert len(table.splitlines()) == 3
    assert look_back(minutes, session.window_s).with_numbers == 1
