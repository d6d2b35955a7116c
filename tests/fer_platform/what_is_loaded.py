"""A task for the tests: a worker tells what it has loaded."""

import json
import os
import sys

from celery import shared_task
from redis import Redis

TOLD = "told by a worker"


@shared_task(name="tests.tell", queue="inference")
def tell():
    top = sorted({name.partition(".")[0] for name in sys.modules})
    models = [name for name in sys.modules if name.endswith(".models")]
    live = Redis.from_url(os.environ["FER_LIVE_REDIS_URL"])
    live.set(TOLD, json.dumps({"top": top, "models": models}))
