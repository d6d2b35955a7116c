"""Rows of before a migration are whole after it."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

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
