"""Browsers that are logged in: Django's sessions, each with its user and device."""

from collections.abc import Collection

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q
from django.utils import timezone

from sessions_app.models.devices import device_in_words
from sessions_app.models.people import User

DEVICE_LENGTH = 300
GIVEN_BY = "given_by"  # what a session holds: the connection whose word let somebody in


class LogInQuerySet(models.QuerySet["LogIn"]):
    def open(self) -> "LogInQuerySet":
        """Those that still let somebody in, the last used first; a panel's, with its tab's."""
        now = timezone.now()
        by_open_tab = Q(opened_by=None) | Q(opened_by__expire_date__gt=now)
        return self.filter(by_open_tab, expire_date__gt=now).order_by("-used_at")

    def end_given_by(self, connections: Collection[int]) -> None:
        """End those that a connection with a school account or a learning platform gave."""
        for row in self:
            if row.get_decoded().get(GIVEN_BY) in connections:
                row.delete()


class LogIn(AbstractBaseSession):
    """A row of the session store; without a user until somebody logs in."""

    user = models.ForeignKey(
        User, null=True, on_delete=models.CASCADE, related_name="log_ins"
    )
    device = models.CharField(max_length=DEVICE_LENGTH, blank=True)  # its User-Agent
    began_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(default=timezone.now)
    # The log-in of a tab that let a panel in a frame in, and takes it along when it ends.
    opened_by = models.ForeignKey(
        "self", null=True, on_delete=models.CASCADE, related_name="panels"
    )

    objects = LogInQuerySet.as_manager()  # type: ignore[assignment,misc]

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "log-in"

    @property
    def device_words(self) -> str:
        return device_in_words(self.device)

    @classmethod
    def get_session_store_class(cls) -> type[SessionStore]:
        from sessions_app.models.session_store import SessionStore  # noqa: PLC0415 -- it needs this

        return SessionStore
