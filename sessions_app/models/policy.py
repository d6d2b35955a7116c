"""What the admin decided, and what therefore holds: the environment is the ceiling."""

import time
from dataclasses import dataclass, replace
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from sessions_app.enums import AgeBand, Inference, Jurisdiction
from sessions_app.models.law import AI_READS, PLACES, Place

LEAST_GROUP, MOST_GROUP = 5, 30
LONGEST_KEPT_DAYS = 3650
SESSIONS_KEPT_DAYS, AUDIT_KEPT_DAYS = 365, 730  # until an admin decides
THE_ROW = 1
# With the second between two rosters, this keeps the promise of two seconds.
_READ_ANEW_AFTER_S = 0.5


class Policy(models.Model):
    """One row at most. Without it, the environment alone holds."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ROW)
    jurisdiction = models.CharField(
        _("where the school is"),
        max_length=10,
        choices=Jurisdiction.choices,
        blank=True,
        default="",  # nobody has declared it yet; no default may do so
    )
    expression_on = models.BooleanField(_("facial expression"), default=True)
    # Of the impact assessment, where the place asks for one.
    assessed_on = models.DateField(null=True, blank=True)
    device_only = models.BooleanField(
        _("camera pictures stay on students' devices"), default=False, db_default=False
    )
    min_group = models.PositiveSmallIntegerField(
        _("minimum group"),
        validators=[MinValueValidator(LEAST_GROUP), MaxValueValidator(MOST_GROUP)],
    )
    sessions_kept_days = models.PositiveIntegerField(
        _("days that lessons are kept"),
        default=SESSIONS_KEPT_DAYS,
        validators=[MinValueValidator(1), MaxValueValidator(LONGEST_KEPT_DAYS)],
    )
    audit_kept_days = models.PositiveIntegerField(
        _("days that the audit is kept"),
        default=AUDIT_KEPT_DAYS,
        validators=[MinValueValidator(30), MaxValueValidator(LONGEST_KEPT_DAYS)],
    )
    demo_page_on = models.BooleanField(_("public demo page"), default=False)
    # Whom students and parents can ask; printed on what they are given to read.
    contact = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        verbose_name_plural = _("policy")
        constraints = [
            models.CheckConstraint(name="one_policy", condition=models.Q(id=THE_ROW)),
            models.CheckConstraint(
                name="no_expression_in_the_eu",
                condition=~models.Q(jurisdiction=Jurisdiction.EU)
                | models.Q(expression_on=False),
            ),
            models.CheckConstraint(
                name="group_within_bounds",
                condition=models.Q(min_group__gte=LEAST_GROUP)
                & models.Q(min_group__lte=MOST_GROUP),
            ),
        ]

    def __str__(self) -> str:
        return gettext("The policy")

    @classmethod
    def decided_or_default(cls) -> Self:
        """The row, or an unsaved one that decides nothing beyond the environment."""
        return cls.objects.first() or cls(
            expression_on=settings.FER_EMOTION_INFERENCE,
            min_group=max(LEAST_GROUP, settings.FER_MIN_GROUP),
            demo_page_on=settings.FER_DEMO,
        )

    def within(self, jurisdiction: str) -> dict[str, Any]:
        """What an admin's choice becomes by the rules of a place: as it is, or stricter."""
        place = PLACES[Jurisdiction(jurisdiction)]
        allowed = place.expression and not (place.assessed and self.assessed_on is None)
        return {
            "jurisdiction": jurisdiction,
            "expression_on": self.expression_on and allowed,
            "min_group": max(self.min_group, place.min_group),
            "sessions_kept_days": min(self.sessions_kept_days, place.kept_days),
            "demo_page_on": self.demo_page_on and allowed,
        }


@dataclass(frozen=True, slots=True)
class EffectivePolicy:
    """What holds now: the environment, tightened by the admin."""

    jurisdiction: Jurisdiction | None  # None until an admin has declared it
    expression_allowed: bool
    inference: Inference
    min_group: int
    sessions_kept_days: int
    audit_kept_days: int
    demo_page: bool
    contact: str = ""  # whom students and parents can ask

    @property
    def place(self) -> Place | None:
        """The rules of where the school is."""
        return PLACES[self.jurisdiction] if self.jurisdiction else None

    @property
    def notice(self) -> LazyText:
        """What students read of the rules where they are asked for their expression."""
        return self.place.notice if self.place else AI_READS

    @property
    def age(self) -> AgeBand:
        """Of the students of courses that say nothing."""
        return self.place.age if self.place else AgeBand.ADULTS

    @property
    def letters(self) -> bool:
        """Whether minors may be asked for their expression once their parents have signed."""
        return self.expression_allowed and self.place is not None and self.place.letters

    @property
    def promise(self) -> "Promise":
        return Promise(
            self.min_group, self.sessions_kept_days, inference=self.inference
        )


@dataclass(frozen=True, slots=True)
class Promise:
    """What a student reads before deciding: the policy's part, and who sees the result."""

    min_group: int
    sessions_kept_days: int
    students_see: bool = False  # the lesson's students, beside its staff
    inference: Inference = Inference.SERVER  # where camera pictures may be read

    @property
    def device_only(self) -> bool:
        """Whether no picture leaves a student's device."""
        return self.inference == Inference.DEVICE

    def narrowest(
        self, min_group: int | None, kept_days: int | None, *, device_only: bool
    ) -> "Promise":
        """This one, where nothing stricter was promised before."""
        return replace(
            self,
            min_group=max(self.min_group, min_group or 0),
            sessions_kept_days=min(
                self.sessions_kept_days, kept_days or LONGEST_KEPT_DAYS
            ),
            inference=Inference.DEVICE if device_only else self.inference,
        )


def effective_policy() -> EffectivePolicy:
    """What holds now; a change shows in every process within half a second."""
    decided = _decided()
    if decided is None:
        return EffectivePolicy(
            jurisdiction=None,
            expression_allowed=settings.FER_EMOTION_INFERENCE,
            inference=Inference(settings.FER_INFERENCE),
            min_group=settings.FER_MIN_GROUP,
            sessions_kept_days=SESSIONS_KEPT_DAYS,
            audit_kept_days=AUDIT_KEPT_DAYS,
            # A demo is there to be tried, and it listens on this machine alone.
            demo_page=settings.FER_DEMO and settings.FER_EMOTION_INFERENCE,
        )
    expression = settings.FER_EMOTION_INFERENCE and decided.expression_on
    inference = Inference(
        Inference.DEVICE if decided.device_only else settings.FER_INFERENCE
    )
    return EffectivePolicy(
        jurisdiction=Jurisdiction(decided.jurisdiction)
        if decided.jurisdiction
        else None,
        expression_allowed=expression,
        inference=inference,
        # The demo keeps its group of one: there, a visitor is the whole class.
        min_group=settings.FER_MIN_GROUP
        if settings.FER_DEMO
        else max(settings.FER_MIN_GROUP, decided.min_group),
        sessions_kept_days=decided.sessions_kept_days,
        audit_kept_days=decided.audit_kept_days,
        demo_page=expression and decided.demo_page_on,
        contact=decided.contact,
    )


def read_policy_anew() -> None:
    """Let the next question go to the database, since this process changed the row."""
    global _last_read
    _last_read = None


def _decided() -> Policy | None:
    """The row as of a moment ago, so that no page asks for it many times."""
    global _last_read
    now = time.monotonic()
    if _last_read is None or now - _last_read[0] >= _READ_ANEW_AFTER_S:
        _last_read = now, Policy.objects.first()
    return _last_read[1]


_last_read: tuple[float, Policy | None] | None = None
