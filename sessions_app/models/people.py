"""Teachers and admins. Students have no account."""

import datetime as dt
import hashlib
from base64 import urlsafe_b64encode
from typing import Any

from django.apps import apps
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sessions_app.enums import Role

INVITATION_LASTS = dt.timedelta(days=14)
_A_SECOND = dt.timedelta(seconds=1)
OF_A_PLATFORM = "lti "  # how what a learning platform's people are kept under begins


class LastAdmin(Exception):
    """Nobody could steer the platform any more."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This is the only admin. Make another person an admin first; then "
                "this account can be changed."
            )
        )


class AccessEnded(PermissionDenied):
    """The account changed while a request of it was under way."""


class UserManager(BaseUserManager["User"]):
    def create_user(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(
        self, email: str, password: str | None = None, **fields: Any
    ) -> "User":
        fields |= {"role": Role.ADMIN, "is_superuser": True}
        return self.create_user(email, password, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find by e-mail address, whatever its case.

        PostgreSQL takes more letters for the same one than Python does, such as the
        Turkish i without a dot; each spelling would have a lock-out of its own.
        """
        found = self.get(email__iexact=username)
        if found.email.lower() != str(username).lower():
            raise self.model.DoesNotExist
        return found


class User(AbstractBaseUser, PermissionsMixin):
    """A member of staff, known by e-mail address."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=100)
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.TEACHER)
    is_active = models.BooleanField(default=True)
    # In which lessons are planned and times are read; blank: the browser's.
    time_zone = models.CharField(max_length=64, blank=True, default="", db_default="")
    # Of mails, and of pages where the browser has no choice of its own; blank: the browser's.
    language = models.CharField(max_length=10, blank=True, default="", db_default="")
    date_joined = models.DateTimeField(default=timezone.now)
    # Whether each report of a lesson that this person teaches is sent as a PDF.
    mails_reports = models.BooleanField(
        gettext_lazy("reports by e-mail"), default=False, db_default=False
    )
    mails_digest = models.BooleanField(
        gettext_lazy("summary of the week by e-mail"), default=False, db_default=False
    )
    # Whether live pages tell this person of changes that hold (`minutes/alerts.py`).
    sees_alerts = models.BooleanField(
        gettext_lazy("alerts in lessons"), default=True, db_default=True
    )
    # The Monday in whose week a digest was sent last, or the switch was seen first.
    digest_week = models.DateField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_address"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="known_role"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    @transaction.atomic
    def clean(self) -> None:
        """Let a form say why, where `save` would refuse."""
        super().clean()
        if not self.is_staff and self._is_last_admin():
            raise ValidationError(str(LastAdmin()))

    @transaction.atomic
    def save(self, *args: Any, **kwargs: Any) -> None:
        """Store the account.

        Raises:
            LastAdmin: If no active admin would be left.
        """
        fields = kwargs.get("update_fields")
        touched = fields is None or {"role", "is_active", "password"} & set(fields)
        if touched and not self.is_staff and self._is_last_admin():
            raise LastAdmin
        before = User.objects.filter(pk=self.pk).first() if touched else None
        chosen = (
            getattr(self, "_password", None) is not None
        )  # not a new hash of the old
        super().save(*args, **kwargs)
        if before is not None:
            self._end_access(before, new_password=chosen)

    @transaction.atomic
    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Delete the account.

        Raises:
            LastAdmin: If no active admin would be left.
        """
        if self._is_last_admin():
            raise LastAdmin
        return super().delete(*args, **kwargs)

    @transaction.atomic
    def end_all_access(self) -> None:
        """End whatever opens the account, which has no password: nobody vouches for it any more.

        A log-in that is under way ends, too: it is bound to what stood in a password's place.
        """
        self._disconnect()  # first, since the end of the last connection does the same
        self.set_unusable_password()
        User.objects.filter(pk=self.pk).update(password=self.password)
        self._end_log_ins()
        self.auth_token_set.all().delete()

    def hold(self) -> None:
        """Lock the account before something is made that opens it; inside a transaction.

        A new password, another role and the end of an account end what was made before. A
        request that was let in a moment earlier would make something that outlives them.

        Raises:
            AccessEnded: If the account is not any more as this object was read.
        """
        now = User.objects.select_for_update().filter(pk=self.pk).first()
        if now is None or now._let_in() != self._let_in():
            raise AccessEnded

    def _let_in(self) -> tuple[str, str, bool]:
        return self.password, self.role, self.is_active

    def _end_log_ins(self) -> None:
        self.log_ins.all().delete()
        self.calendar_feeds.all().delete()

    def _disconnect(self) -> None:
        accounts = apps.get_model("socialaccount", "SocialAccount")
        accounts.objects.filter(user=self).delete()

    def _end_access(self, before: "User", *, new_password: bool) -> None:
        """End for good what the old password, the old role or the open account gave.

        Here and not in a service, so that no door can forget it, and nothing lives
        again with an account that is opened again.
        """
        closed = before.is_active and not self.is_active
        locked_out = new_password or closed
        if locked_out:
            self._end_log_ins()
        if new_password:  # whoever knew the old one could connect a school account
            self._disconnect()
        if closed:
            self.co_teachings.all().delete()
        if closed:  # links of reset mails are made of this, too: a second off, they end
            self.last_login = (self.last_login or self.date_joined) - _A_SECOND
            User.objects.filter(pk=self.pk).update(last_login=self.last_login)
        if locked_out or before.role != self.role:
            self.auth_token_set.all().delete()
        if self.is_admin and before.role != self.role:  # whom no platform lets in
            self.log_ins.all().end_given_by(self._connections_with_platforms())
        if not self.is_staff:
            self.invitations.filter(accepted_at=None).delete()
            self.lti_links.all().delete()  # also one that is in use

    def _connections_with_platforms(self) -> set[int]:
        accounts = apps.get_model("socialaccount", "SocialAccount").objects
        theirs = accounts.filter(user=self, provider__startswith=OF_A_PLATFORM)
        return {*theirs.values_list("pk", flat=True)}

    def _is_last_admin(self) -> bool:
        """Whether the database knows no other active admin; locks those it knows."""
        admins = User.objects.select_for_update().filter(
            role=Role.ADMIN, is_active=True
        )
        return [admin.pk for admin in admins] == [self.pk]

    @property
    def is_admin(self) -> bool:
        return self.role == Role.ADMIN

    @property
    def is_only_admin(self) -> bool:
        """Whether nobody else could steer the platform: no page offers what `save` refuses."""
        others = User.objects.filter(role=Role.ADMIN, is_active=True)
        return self.is_staff and not others.exclude(pk=self.pk).exists()

    @property
    def is_staff(self) -> bool:
        """Whether Django's admin site lets this person in."""
        return self.is_active and self.is_admin


def token_hash(token: str) -> str:
    """What is kept of a random secret, which is too long to be found by guessing."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_token(seed: str) -> str:
    """The token of an invitation's link: known to nobody without the server's secret."""
    made = salted_hmac("invitation", seed, algorithm="sha256").digest()
    return urlsafe_b64encode(made).decode().rstrip("=")


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self) -> "InvitationQuerySet":
        """Invitations that can still be accepted: those of people who are admins."""
        return self.filter(
            accepted_at=None,
            created_at__gt=timezone.now() - INVITATION_LASTS,
            invited_by__role=Role.ADMIN,
            invited_by__is_active=True,
        )

    def opened_by(self, token: str) -> "InvitationQuerySet":
        """The open invitation that a link carries, if there is one."""
        return self.open().filter(token_hash=token_hash(token))


class Invitation(models.Model):
    """A seat kept for someone until they choose a password."""

    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role.choices, default=Role.TEACHER)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(
        User, on_delete=models.CASCADE, related_name="invitations"
    )
    created_at = models.DateTimeField(default=timezone.now)
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(accepted_at=None),
                name="one_open_invitation_per_address",
            ),
        ]

    def __str__(self) -> str:
        return self.email
