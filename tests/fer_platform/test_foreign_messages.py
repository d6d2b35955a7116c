"""What others put into the broker's queues: no worker ends, and no log repeats it."""

import base64
import json

import pytest
from celery import Celery

from inference.cluster.messages import QUEUE, REFUSED
from inference.cluster.redis_client import connect
from tests.celery_worker import until
from tests.fer_platform.what_is_loaded import TOLD

pytestmark = [pytest.mark.long, pytest.mark.real]

ID = "0b1584a0-42d3-4c57-81de-a6a6279f6dda"
SECRET = "correct-horse"  # whatever it is, it may be anybody's
MANY = 20_000  # more than seconds of work, for the watchdog looks at seconds


def encoded(body):
    return base64.b64encode(json.dumps(body).encode()).decode()


def message(*, without=None, header=None, said=None, **changed):
    """A message as Celery writes it, with some of it changed."""
    whole = {
        "body": encoded([[], {}, {}]),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"task": "tests.tell", "id": ID, "lang": "py"},
        "properties": {
            "body_encoding": "base64",
            "delivery_tag": "tag",
            "delivery_info": {"exchange": "", "routing_key": QUEUE},
        },
    }
    whole["headers"] |= header or {}
    whole["properties"] |= said or {}
    whole |= {name.replace("_", "-"): value for name, value in changed.items()}
    return json.dumps({k: v for k, v in whole.items() if k != without})


FOREIGN = {
    "no JSON": SECRET,
    "no text": b"\xff\xfe" + SECRET.encode(),
    "nothing": "",
    "JSON cut off": message()[:-20],
    "a number": "5",
    "a word": f'"{SECRET}"',
    "null": "null",
    "a list": f'["{SECRET}"]',
    "deep": "[" * 100_000,
    "an object": f'{{"a": "{SECRET}"}}',
    "no properties": message(without="properties"),
    "properties of another kind": message(properties=[SECRET]),
    "no delivery tag": json.dumps({"body": SECRET, "properties": {}}),
    "a tag of another kind": message(said={"delivery_tag": [SECRET]}),
    "delivery info of another kind": message(said={"delivery_info": SECRET}),
    "no headers": message(without="headers"),
    "headers of another kind": message(headers=[SECRET]),
    "headers that are null": message(headers=None),
    "no body": message(without="body"),
    "a body that is a number": message(body=5),
    "no base64": message(body=SECRET + "="),
    "an unknown encoding of the body": message(said={"body_encoding": SECRET}),
    "no JSON in the body": message(body=base64.b64encode(SECRET.encode()).decode()),
    "a body of another shape": message(body=encoded({"a": SECRET})),
    "arguments of another shape": message(body=encoded([SECRET, SECRET, SECRET])),
    "arguments that no task takes": message(
        body=encoded([[SECRET] * 3, {"a": SECRET}, {}])
    ),
    "an embed of another shape": message(body=encoded([[], {}, [SECRET]])),
    "callbacks of another shape": message(
        body=encoded([[], {}, {"callbacks": SECRET}])
    ),
    "pickle": message(content_type="application/x-python-serialize"),
    "an unknown content type": message(content_type=SECRET),
    "a content type of another kind": message(content_type=[SECRET]),
    "an unknown charset": message(content_encoding=SECRET),
    "no task": message(header={"task": None}),
    "a task of another kind": message(header={"task": [SECRET]}),
    "an unknown task": message(
        header={"task": SECRET}, body=encoded([[SECRET], {}, {}])
    ),
    "a task of Celery's own": message(
        header={"task": "celery.map"}, body=encoded([["tests.tell", [SECRET]], {}, {}])
    ),
    "no id": message(header={"id": None}),
    "an id of another kind": message(header={"id": [SECRET]}),
    "a bad expiry": message(header={"expires": SECRET}),
    "a bad time to start": message(header={"eta": SECRET}),
    "a start in a thousand years": message(header={"eta": "3026-11-01T00:00:00"}),
    "a bad time limit": message(header={"timelimit": SECRET}),
    "a time limit of words": message(header={"timelimit": [SECRET, SECRET]}),
    "an unknown compression": message(header={"compression": SECRET}),
    "a stamp of another kind": message(header={"stamped_headers": 5}),
    "a bad root": message(header={"root_id": [SECRET], "group": {"a": SECRET}}),
    "retries of another kind": message(header={"retries": SECRET}),
    "the first protocol": message(
        headers={}, body=encoded({"task": "tests.tell", "id": SECRET, "args": 5})
    ),
}


@pytest.mark.parametrize("kind", FOREIGN)
def test_a_foreign_message_ends_no_worker_and_is_not_repeated(kind, worker, servers):
    broker, live = servers
    before = worker.process.pid, worker.pool()
    app = Celery(broker=broker.url, fixups=[])
    with connect(broker.url) as queue, connect(live.url) as told:
        told.delete(TOLD)
        queue.lpush(QUEUE, FOREIGN[kind])
        app.send_task("tests.tell", queue=QUEUE)

        until(lambda: told.exists(TOLD) or worker.process.poll() is not None)
        until(lambda: queue.llen(QUEUE) == 0)

    assert (worker.process.poll(), worker.pool()) == (None, before[1])
    assert SECRET not in worker.log()


def test_foreign_messages_are_counted_and_are_work_done(worker, servers):
    """A queue full of them is no worker that stands still."""
    broker, live = servers
    with connect(broker.url) as queue, connect(live.url) as told:
        before = int(told.hget(REFUSED, "foreign message") or 0)
        queue.lpush(QUEUE, *[SECRET] * MANY)
        until(lambda: queue.llen(QUEUE) == 0)
        until(lambda: int(told.hget(REFUSED, "foreign message")) == before + MANY)

    assert worker.process.poll() is None
    assert worker.works()
    assert "Refused a message that is no task" in worker.log()
