"""Learning platforms that open lessons here (LTI 1.3), and what they are remembered by."""

import datetime as dt
import uuid
from typing import Any

from django.db import models
from django.utils import timezone

from sessions_app.enums import Role
from sessions_app.models.course import Course
from sessions_app.models.people import User, token_hash

LINK_LASTS = dt.timedelta(hours=24)
MAX_ADDRESS = 500


class LtiPlatform(models.Model):
    """A learning platform that an admin registered."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    issuer = models.CharField(max_length=255)
    client_id = models.CharField(max_length=255)
    auth_url = models.CharField(max_length=MAX_ADDRESS)
    jwks_url = models.CharField(max_length=MAX_ADDRESS)
    # What may open lessons here: the ids that the platform gives its installations of us.
    deployments = models.JSONField(default=list)
    # Origins of its pages, which may show our launch page in a frame.
    pages = models.JSONField(default=list)
    # Whether its teachers get an account when they come for the first time.
    makes_accounts = models.BooleanField(default=True)
    # Whether students find the name that it tells in the field for their own name.
    takes_names = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, related_name="lti_platforms"
    )
    created_at = models.DateTimeField(default=timezone.now)
    launched_at = models.DateTimeField(null=True)  # last, to the minute
    keys: "models.JSONField[list[dict[str, Any]], list[dict[str, Any]]]" = (
        models.JSONField(default=list)
    )
    keys_read_at = models.DateTimeField(null=True)  # when it gave them last
    keys_asked_at = models.DateTimeField(null=True)  # when it was asked last

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "client_id"], name="one_registration_per_client"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LtiLinkQuerySet(models.QuerySet["LtiLink"]):
    def open(self) -> "LtiLinkQuerySet":
        """Links that have registered nothing yet, of people who are admins."""
        return self.filter(
            used_at=None,
            created_at__gt=timezone.now() - LINK_LASTS,
            created_by__role=Role.ADMIN,
            created_by__is_active=True,
        )

    def opened_by(self, token: str) -> "LtiLinkQuerySet":
        return self.open().filter(token_hash=token_hash(token))


class LtiLink(models.Model):
    """A link by which one platform registers itself; kept as a hash."""

    token_hash = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="lti_links"
    )
    created_at = models.DateTimeField(default=timezone.now)
    used_at = models.DateTimeField(null=True)

    objects = LtiLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"A link of {self.created_by}"


class LtiContext(models.Model):
    """Which course of ours a course of a platform is."""

    platform = models.ForeignKey(
        LtiPlatform, on_delete=models.CASCADE, related_name="contexts"
    )
    deployment = models.CharField(max_length=255)
    context = models.CharField(max_length=255)
    course = models.ForeignKey(
        Course, on_delete=models.CASCADE, related_name="lti_contexts"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["platform", "deployment", "context"],
                name="one_course_per_context",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.platform}: {self.course}"


class LtiLaunch(models.Model):
    """A launch that was taken: it is never taken again, and its ticket opens one page, once.

    `about` says for whom and what, and is emptied when the ticket is used.
    """

    nonce_hash = models.CharField(max_length=64, primary_key=True)
    platform = models.ForeignKey(
        LtiPlatform, on_delete=models.CASCADE, related_name="launches"
    )
    ticket_hash = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True)  # the ticket
    about: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(
        default=dict
    )
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"A launch from {self.platform}"


class LtiKey(models.Model):
    """The key that our answers to platforms are signed with, encrypted."""

    kid = models.CharField(max_length=32, primary_key=True)
    pem = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.kid
