"""Fill an empty database with invented classes."""

from argparse import ArgumentParser
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from sessions_app.lab import synthetic_history
from sessions_app.minutes.kept_figures import keep
from sessions_app.models import ClassMinute, ClassSession, Mark, User

CHUNK = 200  # classes per transaction


class Command(BaseCommand):
    help = "Fill an empty database with invented lessons, to try the history at scale."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--sessions", type=int, default=10_000)
        parser.add_argument(
            "--minutes", type=int, default=45, help="minutes of each lesson"
        )
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--running",
            metavar="EMAIL",
            help="lessons of this account that still run, instead of a history",
        )

    def handle(self, *, sessions: int, minutes: int, seed: int, **options: Any) -> None:
        if ClassSession.objects.exists():
            raise CommandError(
                "This database holds lessons; invented ones never go beside them. "
                "Name a new one with FER_SQLITE, and migrate it."
            )
        rng = np.random.default_rng(seed)
        pool = synthetic_history.MinutePool(rng)
        if options["running"]:
            teacher = _account(options["running"])
            made = synthetic_history.running(teacher, count=sessions, minutes=minutes)
        else:
            courses = synthetic_history.staff()
            made = synthetic_history.sessions(
                courses, count=sessions, minutes=minutes, rng=rng
            )
        for start in range(0, len(made), CHUNK):
            _store(made[start : start + CHUNK], pool)
        self.stdout.write(f"{sessions} invented lessons of {minutes} minutes.")


def _account(email: str) -> User:
    try:
        return User.objects.get(email=email)
    except User.DoesNotExist:
        raise CommandError(f"There is no account with the address {email}.") from None


@transaction.atomic
def _store(chunk: list[ClassSession], pool: synthetic_history.MinutePool) -> None:
    ClassSession.objects.bulk_create(chunk)
    ClassMinute.objects.bulk_create(
        minute for session in chunk for minute in pool.minutes_of(session)
    )
    over = [session.pk for session in chunk if session.is_over]
    keep(ClassSession.objects.filter(pk__in=over))
    Mark.objects.bulk_create(
        topic
        for session in chunk
        if not session.is_over
        for topic in synthetic_history.topics_of(session)
    )
