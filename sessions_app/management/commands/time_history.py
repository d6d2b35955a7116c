"""How long the server works on the pages of the history."""

import datetime as dt
import statistics
import time
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.models import Count
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from sessions_app.enums import Role
from sessions_app.models import ClassSession, User

REPEATS = 5
LISTS = ["sessions/", "sessions/?page=7", "sessions/?q=rings", "sessions/?q=course+1"]
LISTS += ["sessions/?q=no+such+class", "sessions/?state=ended&since={month_ago}"]
FOR_ADMINS = ["sessions/?teacher={teacher}&q=verbs", "sessions/totals/?by=teacher"]
_BY = ("week", "month", "term", "course", "weekday", "hour")
TOTALS = [f"sessions/totals/?by={by}" for by in _BY]
TOTALS += ["sessions/totals/?weekday=1&hour=9&since={month_ago}&q=rings"]
TOTALS += ["sessions/totals/compare/?first-until={month_ago}&second-since={month_ago}"]
TOTALS += [
    f"sessions/totals/totals.{form}?by=month" for form in ("csv", "xlsx", "json")
]
OF_ONE = ["sessions/{session}/", "sessions/{session}/minutes.csv"]
API = ["api/v1/sessions/?q=rings", "api/v1/sessions/{session}/timeline/"]
API += ["api/v1/totals/?by=course", "api/v1/totals/difference/?first_until={month_ago}"]


class Timing(NamedTuple):
    """One page, as one role asks for it."""

    role: str
    page: str
    queries: int
    cpu_ms: float  # median of the repeats; what other programs do is not in it
    wall_ms: float


class Command(BaseCommand):
    help = "Time the history's pages in this database, e.g. after seed_history."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(" cpu ms  wall ms  queries")
        for timing in timings():
            self.stdout.write(
                f"{timing.cpu_ms:7.0f} {timing.wall_ms:8.0f} {timing.queries:8}  "
                f"{timing.role} /{timing.page}"
            )


def timings() -> Iterator[Timing]:
    """Ask for every page as the busiest teacher and as an admin.

    The admin is made, without a password, if there is none.
    """
    most = Count("class_sessions")
    teacher = User.objects.annotate(held=most).order_by("-held", "pk")[0]
    admin = User.objects.filter(role=Role.ADMIN, is_active=True).first()
    admin = admin or User.objects.create_user("admin@invented.example", role=Role.ADMIN)
    names = {
        "teacher": teacher.pk,
        "session": ClassSession.objects.filter(teacher=teacher)[0].pk,
        "month_ago": (timezone.localdate() - dt.timedelta(days=31)).isoformat(),
    }
    for user, pages in (
        (teacher, LISTS + TOTALS + OF_ONE + API),
        (admin, LISTS + TOTALS + FOR_ADMINS + OF_ONE + API),
    ):
        browser = Client(SERVER_NAME=_host(), headers={"x-forwarded-proto": "https"})
        browser.force_login(user, "django.contrib.auth.backends.ModelBackend")
        for page in pages:
            measured = _measure(browser, f"/{page.format(**names)}")
            yield Timing(user.get_role_display(), page, *measured)


def _measure(browser: Client, path: str) -> tuple[int, float, float]:
    """Queries, and the medians of the processor's and the clock's milliseconds."""
    with CaptureQueriesContext(connection) as captured:
        answer = browser.get(path)
    queries = len(captured)  # the next request forgets them
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}.")
    cpu, wall = [], []
    for _ in range(REPEATS):
        cpu_began, wall_began = time.process_time(), time.perf_counter()
        browser.get(path)
        cpu.append(time.process_time() - cpu_began)
        wall.append(time.perf_counter() - wall_began)
    return queries, statistics.median(cpu) * 1000, statistics.median(wall) * 1000


def _host() -> str:
    known = [host for host in settings.ALLOWED_HOSTS if not host.startswith((".", "*"))]
    return known[0] if known else "localhost"
