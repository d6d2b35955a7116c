"""A lesson's report: whether it is there, and the PDF that was drawn."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language

from sessions_app.enums import ReportProblem, ReportState
from sessions_app.models.session import ClassSession


class ReportQuerySet(models.QuerySet["Report"]):
    def expect(self, session: ClassSession) -> None:
        """Have a report made of a lesson once it is over, as the reader reads."""
        self.get_or_create(session=session, defaults=self.as_read_now())

    @staticmethod
    def as_read_now() -> dict[str, str]:
        """How the reader of this moment reads: time zone and language."""
        return {
            "time_zone": str(timezone.get_current_timezone()),
            "language": get_language() or settings.LANGUAGE_CODE,
        }

    def make_again(self) -> None:
        """Have these reports made again; what is being made of them now is dropped."""
        self.update(
            state=ReportState.WAITING,
            revision=models.F("revision") + 1,
            claimed_until=None,
            tries=0,
            problem="",
        )


class Report(models.Model):
    """One for each lesson that has ended. Pages, tables and JSON read the minutes' rows."""

    session = models.OneToOneField(
        ClassSession, on_delete=models.CASCADE, primary_key=True, related_name="report"
    )
    state = models.CharField(
        max_length=10, choices=ReportState.choices, default=ReportState.WAITING
    )
    time_zone = models.CharField(max_length=64)  # of who ended the lesson, or asked
    language = models.CharField(max_length=10, default="en-gb", db_default="en-gb")
    revision = models.PositiveIntegerField(default=0)  # counts what makes it outdated
    tries = models.PositiveSmallIntegerField(default=0)  # of this revision
    claimed_until = models.DateTimeField(null=True)  # then another process may take it
    made_at = models.DateTimeField(null=True)
    announced_at = models.DateTimeField(
        null=True
    )  # told once, however often it is made
    problem = models.CharField(
        max_length=10, choices=ReportProblem.choices, blank=True, default=""
    )

    objects = ReportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["state"], name="report_state")]

    def __str__(self) -> str:
        return f"Report of {self.session_id}"


class ReportPdf(models.Model):
    """The file, apart from the row that is read to see whether it is there."""

    report = models.OneToOneField(
        Report, on_delete=models.CASCADE, primary_key=True, related_name="pdf"
    )
    content = models.BinaryField()

    def __str__(self) -> str:
        return f"PDF of {self.report_id}"
