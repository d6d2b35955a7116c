import json

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import connection

from inference.artefact import load_calibration
from inference.engine_config import EngineConfig
from sessions_app.checks import (
    devices_read_as_the_server_does,
    devices_read_with_the_same_network,
)

pytestmark = pytest.mark.django_db


def ask():
    call_command("check", databases=["default"])


def test_a_database_of_now_passes():
    ask()


@pytest.mark.parametrize("lacks", ["0020_sign_in_hash", "0026_marks_version"])
def test_a_database_of_an_older_checkout_is_refused_with_what_to_do(lacks):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = %s", [lacks])

    with pytest.raises(SystemCheckError, match="of an older checkout") as refused:
        ask()

    assert "Check out commit" in str(refused.value)


@pytest.mark.parametrize(
    ("inference", "built_from", "errors"),
    [
        ("either", "another", ["sessions_app.E002"]),
        ("device", "another", ["sessions_app.E002"]),
        ("device", "the served one", []),
        ("device", "nothing", ["sessions_app.E002"]),
        ("server", "another", []),
    ],
)
def test_browsers_files_of_another_network_are_refused(
    settings, tmp_path, inference, built_from, errors
):
    settings.FER_EMOTION_INFERENCE, settings.FER_INFERENCE = True, inference
    settings.STATICFILES_DIRS = [tmp_path]
    served = load_calibration(settings.FER_ARTEFACT).artefact_hash
    about = {"hash": served if built_from == "the served one" else "0" * 64}
    (tmp_path / "engine").mkdir()
    if built_from != "nothing":
        (tmp_path / "engine" / "engine.json").write_text(json.dumps(about))

    found = devices_read_with_the_same_network()

    assert [error.id for error in found] == errors
    assert all("npm run build" in error.hint for error in found)


@pytest.mark.parametrize(
    ("inference", "engine", "named"),
    [
        ("either", EngineConfig(), []),
        ("either", EngineConfig(classifier="int8"), []),
        ("either", EngineConfig(detector="yunet"), ["FER_DETECTOR"]),
        ("device", EngineConfig(classifier="float"), ["FER_CLASSIFIER"]),
        ("server", EngineConfig(detector="yunet", classifier="float"), []),
    ],
)
def test_an_engine_that_reads_otherwise_than_browsers_is_refused(
    settings, inference, engine, named
):
    settings.FER_EMOTION_INFERENCE, settings.FER_INFERENCE = True, inference
    settings.FER_ENGINE = engine

    found = devices_read_as_the_server_does()

    assert [error.msg.split()[0] for error in found] == named
    assert all("FER_INFERENCE=server" in error.hint for error in found)
