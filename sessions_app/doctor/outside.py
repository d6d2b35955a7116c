"""What a browser meets: HTTPS, pages, the headers that a camera needs, a WebSocket."""

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable
from functools import cached_property
from http import HTTPStatus

from csp.utils import build_policy
from django.conf import settings

from sessions_app.doctor.door import Answer, Door, NoAnswer
from sessions_app.doctor.findings import (
    Check,
    Finding,
    Findings,
    fault,
    ok,
    skipped,
    warning,
)

_OF_THIS_MACHINE = {"localhost", "127.0.0.1", "::1"}
_RENEW = "Let the proxy renew it; its log says why it did not."
_FEATURES = ("camera", "screen-wake-lock")
_CLOSE = dt.timedelta(days=21)
_MOST_APART_S = 5
_SOCKET = f"/ws/sessions/{uuid.UUID(int=0)}/student/"  # of no lesson: opens and closes


class Outside:
    """Looks through one door.

    Args:
        url: The public address.
    """

    def __init__(self, url: str) -> None:
        self._door = Door(url)

    def checks(self) -> dict[str, Check]:
        """What is looked at, by name, in this order."""
        return {
            "https": self._https,
            "certificate": self._certificate,
            "pages": self._if_it_answers(self._pages),
            "headers": self._if_it_answers(self._headers),
            "websocket": self._if_it_answers(self._websocket),
            "proxy clock": self._if_it_answers(self._clock),
        }

    @cached_property
    def _home(self) -> Answer | NoAnswer:
        try:
            return self._door.get("/")
        except NoAnswer as error:
            return error

    def _if_it_answers(self, judge: Callable[[Answer], Findings]) -> Check:
        def check() -> Findings:
            if isinstance(self._home, NoAnswer):
                yield skipped(f"{self._door.url} does not answer.")
                return
            try:
                yield from judge(self._home)
            except NoAnswer as error:
                yield fault(
                    f"{self._door.url} stopped answering: {error}.",
                    "Look into the log of the proxy.",
                )

        return check

    def _https(self) -> Findings:
        url = self._door.url
        if isinstance(self._home, NoAnswer):
            yield fault(
                f"{url} cannot be read: {self._home}.",
                "Set FER_PUBLIC_URL to what people type, and see that the proxy runs "
                "and this machine reaches it.",
            )
        elif self._home.status != HTTPStatus.OK:
            yield fault(
                f"{url} answers with status {self._home.status}"
                f"{' and leads to itself' * self._leads_to_itself(self._home)}.",
                "Let the proxy hand on Host, and replace X-Forwarded-Proto by https; "
                "a status of 502 or 503 says that it reaches no web process.",
            )
        elif self._door.is_https:
            yield ok(f"{url} answers, with a certificate that is trusted.")
        elif self._door.host in _OF_THIS_MACHINE:
            yield warning(
                f"{url} is plain HTTP, which browsers accept on this machine alone.",
                "Put a proxy with a certificate before it (docs/operations.md).",
            )
        else:
            yield fault(
                f"{url} is plain HTTP: no browser offers a camera, and passwords can "
                "be read on the way.",
                "Put a proxy with a certificate before it (docs/operations.md), and "
                "set FER_PUBLIC_URL to its https:// address.",
            )

    def _leads_to_itself(self, home: Answer) -> bool:
        return str(home.headers["Location"]).rstrip("/") == self._door.url

    def _certificate(self) -> Findings:
        if not self._door.is_https or isinstance(self._home, NoAnswer):
            yield skipped("There is no certificate to look at.")
            return
        seen = self._door.certificate()
        left = seen.until - dt.datetime.now(dt.UTC)
        says = (
            f"Valid for {_in_words(left)} more, until {seen.until:%d %B %Y %H:%M} UTC."
        )
        # Renewed with a third of the time left: half of that has passed in vain.
        soon = min(_CLOSE, (seen.until - seen.since) / 6)
        yield ok(says) if left > soon else warning(says, _RENEW)

    def _pages(self, _home: Answer) -> Findings:
        answer = self._door.get("/readyz")
        try:
            said = json.loads(answer.body)
            failed, degraded = said["failed"], said["degraded"]
        except (ValueError, KeyError, TypeError):
            yield fault(
                f"/readyz answers {answer.status}, and not as Classmood does.",
                "See that the proxy hands every path on to the web processes, also "
                "the one that is asked: FER_PUBLIC_URL may name another site.",
            )
            return
        for part in [*failed, *degraded]:
            yield fault(
                f"The web process misses a part: {part}.",
                'See "When something is down" in docs/operations.md, and its log.',
            )
        if not failed and not degraded:
            yield ok("A web process answers, and misses nothing.")

    def _headers(self, home: Answer) -> Findings:
        found = [*self._features(home), *self._content_policy(home), *_hsts(home)]
        yield from found or [ok("Nothing on the way keeps cameras from pages.")]

    def _features(self, home: Answer) -> Findings:
        if not settings.FER_EMOTION_INFERENCE:
            return
        for feature in _FEATURES:
            if not _is_allowed(feature, home, self._door.url):
                yield fault(
                    f"A header on the way forbids pages the {feature} "
                    "(Permissions-Policy or Feature-Policy).",
                    f"Take it out of the proxy, or write {feature}=(self).",
                )

    def _content_policy(self, home: Answer) -> Findings:
        came, ours = home.all_of("Content-Security-Policy"), build_policy()
        if not came:
            yield fault(
                "The Content-Security-Policy is gone.",
                "Let the proxy hand the platform's headers on.",
            )
        elif [_parts(each) for each in came] != [_parts(ours)]:
            yield warning(
                "The proxy adds or changes a Content-Security-Policy; cameras and "
                "sockets can fail under another one.",
                "Take it out of the proxy: the platform sends its own.",
            )

    def _websocket(self, _home: Answer) -> Findings:
        answer = self._door.shake_hands(_SOCKET)
        if answer.shakes_hands:
            yield ok("A WebSocket opens.")
            return
        yield fault(
            f"A WebSocket does not open: status {answer.status}. Students and "
            "dashboards get nothing.",
            "Let the proxy hand on Upgrade, Connection, Host and Origin, as "
            "deploy/Caddyfile does, and X-Forwarded-Proto.",
        )

    def _clock(self, home: Answer) -> Findings:
        if home.date is None:
            yield skipped("The proxy does not tell its time.")
            return
        yield clocks_agree("the proxy", (home.date - home.asked_at).total_seconds())


def clocks_agree(whose: str, ahead_s: float) -> Finding:
    """How far another machine's clock is from this one's."""
    if abs(ahead_s) <= _MOST_APART_S:
        return ok(f"This machine and {whose} agree on the time.")
    return warning(
        f"The clock of {whose} differs from this machine's by {abs(ahead_s):.0f} s.",
        "Let NTP set both clocks; lessons would be planned and noted at wrong times.",
    )


def _hsts(home: Answer) -> Findings:
    wanted = settings.SECURE_HSTS_SECONDS and settings.SECURE_SSL_REDIRECT
    if wanted and not home.all_of("Strict-Transport-Security"):
        yield warning(
            "Browsers are not told to use HTTPS alone (Strict-Transport-Security).",
            "Let the proxy replace X-Forwarded-Proto by https, and hand the "
            "platform's headers on.",
        )


def _is_allowed(feature: str, answer: Answer, url: str) -> bool:
    """Whether headers leave a feature to pages of this site; by default they do."""
    newer = ", ".join(answer.all_of("Permissions-Policy"))
    older = ";".join(answer.all_of("Feature-Policy"))
    lists = re.findall(rf"(?:^|,)\s*{feature}\s*=\s*(\([^)]*\)|[^,]*)", newer)
    lists = lists[-1:]  # the last one of a name holds
    lists += re.findall(rf"(?:^|;)\s*{feature}\s+([^;]*)", older)[:1]
    return all(
        {"*", "self", url} & set(re.split(r"[\s()'\"]+", each)) for each in lists
    )


def _parts(policy: str) -> set[str]:
    return {" ".join(part.split()) for part in policy.split(";") if part.strip()}


def _in_words(left: dt.timedelta) -> str:
    if left.days:
        return f"{left.days} {'day' if left.days == 1 else 'days'}"
    return f"{left.seconds // 3600} hours"
