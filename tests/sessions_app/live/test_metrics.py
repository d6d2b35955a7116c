"""What Prometheus is told, and that the ready dashboard asks for nothing else."""

import json
import re
from pathlib import Path

import pytest
from django.db import DatabaseError
from django.test import Client
from prometheus_client import REGISTRY

from inference.contracts import FrameState, Reading
from sessions_app.enums import MinuteStatus
from sessions_app.live import metrics
from sessions_app.views import metrics as page
from tests.sessions_app.factories import ClassMinuteFactory, ClassSessionFactory
from tests.sessions_app.live.dispatching import Room

ROOT = Path(__file__).resolve().parents[3]
DASHBOARDS = sorted((ROOT / "docs" / "grafana").glob("*.json"))
OK = Reading(FrameState.OK, scores=(0, 0, 0, 1, 0, 0, 0))

# What no class, person or address could be told by.
LABELS = {"kind", "le", "outcome", "reason", "stage", "status", "why"}
ASKED_FOR = {
    "fer_frames_total",
    "fer_batch_frames_count",
    "fer_stage_seconds_bucket",
    "fer_queue_age_seconds_bucket",
    "fer_credit_batches",
    "fer_frames_dropped_total",
    "fer_running_minutes",
    "fer_sockets",
}


def known_names():
    """The names of all series, those of histograms in each of their forms."""
    for family in REGISTRY.collect():
        suffixes = {
            "counter": ["_total"],
            "histogram": ["_bucket", "_count", "_sum"],
        }.get(family.type, [""])
        yield from (family.name + suffix for suffix in suffixes)


def names_in(query):
    """The metrics that a query asks for: words that are no function and no label."""
    plain = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^]]*\]|\bby \([^)]*\)', "", query)
    return {
        word for word in re.findall(r"\b[a-z_]{4,}\b(?!\s*\()", plain) if "_" in word
    }


def queries_of(dashboard):
    for panel in json.loads(dashboard.read_text())["panels"]:
        yield from (target["expr"] for target in panel["targets"])


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda path: path.stem)
def test_a_dashboard_asks_only_for_what_there_is(dashboard):
    asked = set().union(*map(names_in, queries_of(dashboard)))

    assert asked - set(known_names()) == set()
    assert asked >= ASKED_FOR


def test_a_query_for_what_there_is_not_would_be_seen():
    assert names_in("sum by (le) (rate(fer_invented_bucket[1m]))") == {
        "fer_invented_bucket"
    }


def test_no_series_is_labelled_by_a_class_or_a_person():
    ours = [value for value in vars(metrics).values() if hasattr(value, "_labelnames")]

    assert len(ours) > 10
    assert {label for metric in ours for label in metric._labelnames} <= LABELS


def seconds(stage):
    return REGISTRY.get_sample_value("fer_stage_seconds_sum", {"stage": stage}) or 0.0


async def test_each_stage_of_a_frame_is_timed():
    stages = ("waiting", "engine", "recording")
    before = [seconds(stage) for stage in stages]
    room = Room()
    room.send("alice")

    await room.step(after=0.25)
    room.clock.now += 0.5
    room.pool.reply(0, [OK])
    await room.step()

    spent = [seconds(s) - b for s, b in zip(stages, before, strict=True)]
    assert spent == pytest.approx([0.25, 0.5, 0])


@pytest.fixture
def told(db, settings):
    settings.FER_METRICS_TOKEN = "a token"
    asked = {"Authorization": "Bearer a token"}
    return lambda: Client(headers=asked).get("/metrics").content.decode()


def test_it_counts_the_minutes_of_running_classes_together(told):
    for status in (MinuteStatus.TOO_FEW, MinuteStatus.TOO_FEW, MinuteStatus.RELEASED):
        session = ClassSessionFactory(live=True)
        released = status == MinuteStatus.RELEASED
        ClassMinuteFactory(session=session, status=status, released=released)
    ClassMinuteFactory()  # of a class that is over

    assert 'fer_running_minutes{status="too_few"} 2.0' in told()
    assert 'fer_running_minutes{status="released"} 1.0' in told()


def test_without_its_database_a_process_still_tells_the_rest(told, monkeypatch):
    def away():
        raise DatabaseError("away")

    monkeypatch.setattr(page, "minutes_by_status", away)

    assert "fer_running_minutes{" not in told()
    assert "fer_frames_waiting" in told()
