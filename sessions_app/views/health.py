"""What a supervisor and a load balancer ask: are you alive, are you ready?"""

import asyncio
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from inference.artefact import ArtefactRefused
from sessions_app.health import Check, PartAway, PartForbidden, checks
from sessions_app.live.pipeline import engine_is_interrupted

logger = logging.getLogger(__name__)

_ANSWER_WITHIN_S = 3.0
# Without the first one frames are dropped and requests are not counted; without the
# second one frames are dropped and open minutes are interrupted.
_SPARED = {"redis", "live_redis"}
# One thread per part, so that a part that hangs holds one and delays no other.
_threads: dict[str, ThreadPoolExecutor] = {}
_asking: dict[str, Future[object]] = {}


@require_safe
async def healthz(request: HttpRequest) -> JsonResponse:
    """The process lives and its event loop answers; nothing else is asked."""
    return JsonResponse({"alive": True})


@require_safe
async def readyz(request: HttpRequest) -> JsonResponse:
    """Whether this process can serve a class: 503 with the parts that fail if not.

    Without an engine or a Redis it is degraded, not unready: pages, consent and the pulse
    go on, and a load balancer that took it away would stop those, too; nobody could say
    no any more. Addresses and reasons go to the log alone, since anybody may ask.
    """
    asked = checks()
    answers = await asyncio.gather(
        *(_ask(part, check) for part, check in asked.items()), return_exceptions=True
    )
    found = dict(zip(asked, answers, strict=True))
    away = [part for part, answer in found.items() if _is_failure(part, answer)]
    degraded = [part for part in away if _goes_on_without(part, found[part])]
    failed = [part for part in away if part not in degraded]
    degraded += ["engine"] * engine_is_interrupted()
    body: dict[str, Any] = {"ready": not failed, "failed": failed, "degraded": degraded}
    if "artefact" in asked and "artefact" not in failed:
        body["artefact"] = found["artefact"]
    return JsonResponse(body, status=503 if failed else 200)


async def _ask(part: str, check: Check) -> object:
    """One part's answer; while an earlier question is still open, wait for that one."""
    question = _asking.get(part)
    if question is None or question.done():
        thread = _threads.setdefault(part, ThreadPoolExecutor(1, f"ready-{part}"))
        question = _asking[part] = thread.submit(check)
    answer = asyncio.wrap_future(question)
    # It may fail when nobody waits any more: no fault.
    answer.add_done_callback(lambda done: done.cancelled() or done.exception())
    return await asyncio.wait_for(asyncio.shield(answer), _ANSWER_WITHIN_S)


def _is_failure(part: str, answer: object) -> bool:
    if not isinstance(answer, BaseException):
        return False
    if isinstance(answer, TimeoutError):
        answer = PartAway(f"no answer within {_ANSWER_WITHIN_S} s")
    if not isinstance(answer, PartAway | ArtefactRefused):
        raise answer
    logger.warning("%s has a problem: %s", part, answer)
    return True


def _goes_on_without(part: str, answer: object) -> bool:
    return part in _SPARED and not isinstance(answer, PartForbidden)
