"""What only a cluster has: workers of two queues, the clock of beat, a Redis' own time."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.utils import timezone

from inference.cluster.redis_away import RedisAway
from inference.cluster.redis_client import answering, connect
from inference.cluster.watchdog import BEAT, last_sign, sign_key
from sessions_app import health
from sessions_app.doctor.findings import Check, Findings, fault, ok, skipped
from sessions_app.doctor.outside import clocks_agree
from sessions_app.enums import Inference


def checks() -> dict[str, Check]:
    """What is asked, by name, in this order."""
    return {
        "workers": _needs_redis(_workers),
        "beat": _needs_redis(_beat),
        "redis clock": _needs_redis(_clock),
    }


def _needs_redis(judge: Callable[[], Findings]) -> Check:
    def check() -> Findings:
        try:
            with answering("Redis"):
                yield from judge()
        except RedisAway as error:
            yield skipped(f"{error}.")

    return check


def _workers() -> Findings:
    with connect(settings.FER_LIVE_REDIS_URL) as live:
        signs = {queue: last_sign(live, queue) for queue in _queues()}
    for queue, sign in signs.items():
        if sign is None:
            yield fault(
                f"No worker of the queue {queue} says that it works.",
                "Start one (docker-compose.yml has the command); `python -m "
                f"fer_platform.probe {queue}` asks the one of its machine.",
            )
        elif sign.model and sign.model != health.artefact_hash():
            yield fault(
                f"A worker of {queue} has another model, {sign.model[:12]}: what it "
                "reads is not counted.",
                "Bring all processes to one version and one FER_ARTEFACT.",
            )
        else:
            yield ok(f"A worker of the queue {queue} says that it works.")


def _beat() -> Findings:
    with connect(settings.FER_REDIS_URL) as broker:
        if broker.exists(sign_key(BEAT)):
            yield ok("It asks for closed minutes, reports and mails.")
            return
    yield fault(
        "It is silent: minutes close late, reports and mails wait.",
        "Start it (docker-compose.yml has the command).",
    )


def _clock() -> Findings:
    with connect(settings.FER_LIVE_REDIS_URL) as live:
        seconds, microseconds = live.time()
    moment = dt.datetime.fromtimestamp(seconds + microseconds / 1e6, tz=dt.UTC)
    yield clocks_agree("the live Redis", (moment - timezone.now()).total_seconds())


def _queues() -> list[str]:
    reads = Inference(settings.FER_INFERENCE).allows(Inference.SERVER)
    reads = reads and settings.FER_EMOTION_INFERENCE
    return ["inference", "default"] if reads else ["default"]
