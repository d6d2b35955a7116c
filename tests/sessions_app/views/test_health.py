import asyncio
import gc
import threading
import time

import pytest
from django.test import Client

from inference.artefact import load_calibration
from sessions_app import health as parts
from sessions_app.health import PartAway, check_database, check_redis
from sessions_app.views import health
from tests.redis_server import live_redis_server, redis_server  # noqa: F401

pytestmark = pytest.mark.real


@pytest.fixture
def ask(client):
    def get():
        answer = client.get("/readyz")
        return answer.status_code, answer.json()

    return get


@pytest.fixture
def found(monkeypatch):
    """Replace what the parts are asked, by the part's name."""
    monkeypatch.setattr(health, "_asking", {})

    def find(**checks):
        monkeypatch.setattr(health, "checks", lambda: checks)

    return find


def away():
    raise PartAway("The database at 10.0.0.7:5432/classes does not answer: refused")


def test_a_process_is_alive_without_its_database():
    assert Client().get("/healthz").json() == {"alive": True}


@pytest.mark.django_db
def test_a_process_is_ready_and_names_the_model_whose_scores_it_understands(
    ask, settings
):
    expected = load_calibration(settings.FER_ARTEFACT).artefact_hash

    assert ask() == (
        200,
        {"ready": True, "failed": [], "degraded": [], "artefact": expected},
    )


@pytest.mark.django_db
def test_without_emotion_inference_no_model_is_asked_for(ask, settings):
    settings.FER_EMOTION_INFERENCE = False

    assert ask() == (200, {"ready": True, "failed": [], "degraded": []})


def test_it_says_which_part_failed_and_why_only_to_the_log(ask, found, caplog):
    found(database=away, redis=lambda: None)

    assert ask() == (503, {"ready": False, "failed": ["database"], "degraded": []})
    assert "database has a problem: The database at 10.0.0.7:5432" in caplog.text


def test_a_changed_model_makes_a_process_unready(ask, settings, tmp_path, db):
    settings.FER_ARTEFACT = str(tmp_path)

    assert ask() == (503, {"ready": False, "failed": ["artefact"], "degraded": []})


def test_a_part_that_hangs_is_asked_once_and_delays_no_other(ask, found, monkeypatch):
    monkeypatch.setattr(health, "_ANSWER_WITHIN_S", 0.05)
    comes_back, asked = threading.Event(), []

    def hangs():
        asked.append(time.monotonic())
        comes_back.wait(60)

    found(database=hangs, redis=lambda: None)

    answers = [ask() for _ in range(3)]
    comes_back.set()

    assert (
        answers == [(503, {"ready": False, "failed": ["database"], "degraded": []})] * 3
    )
    assert len(asked) == 1


async def test_a_part_that_fails_too_late_is_no_fault_in_the_log(monkeypatch):
    monkeypatch.setattr(health, "_ANSWER_WITHIN_S", 0.05)
    monkeypatch.setattr(health, "_asking", {})
    goes_on, faults = threading.Event(), []
    asyncio.get_running_loop().set_exception_handler(
        lambda _, told: faults.append(told["message"])
    )

    def fails_late():
        goes_on.wait(60)
        raise PartAway("no answer")

    with pytest.raises(TimeoutError):
        await health._ask("redis", fails_late)
    goes_on.set()
    with pytest.raises(PartAway):
        await asyncio.wrap_future(health._asking["redis"])
    health._asking.clear()  # as the next question does
    gc.collect()

    assert faults == []


@pytest.mark.django_db
def test_the_database_answers():
    check_database()


def test_a_cluster_asks_both_redis(settings):
    settings.FER_CLUSTER = True

    assert set(parts.checks()) == {"database", "artefact", "redis", "live_redis"}


@pytest.mark.parametrize("name", ["FER_REDIS_URL", "FER_LIVE_REDIS_URL"])
def test_a_redis_that_is_away_is_named_without_its_password(
    name,
    redis_server,  # noqa: F811
    settings,
):
    address = f"redis://fer:correct-horse@127.0.0.1:{redis_server.port}/0"
    redis_server.stop()
    setattr(settings, name, address)

    with pytest.raises(PartAway) as refusal:
        check_redis(name)

    assert f"{name}, redis://127.0.0.1:{redis_server.port}/0" in str(refusal.value)
    assert "correct-horse" not in str(refusal.value)


def test_frames_pass_no_redis_that_writes_to_a_disk(
    live_redis_server,  # noqa: F811
    settings,
):
    settings.FER_LIVE_REDIS_URL = settings.FER_REDIS_URL = live_redis_server.url
    check_redis("FER_LIVE_REDIS_URL")

    live_redis_server.client().config_set("save", "60 1")

    check_redis("FER_REDIS_URL")
    with pytest.raises(PartAway, match="frames must not reach one"):
        check_redis("FER_LIVE_REDIS_URL")
