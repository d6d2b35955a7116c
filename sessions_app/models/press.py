"""That a form was sent, or a program's call: sent again, it makes nothing."""

from django.db import models
from django.utils import timezone


class Press(models.Model):
    digest = models.CharField(max_length=64, primary_key=True)  # of who, where and what
    made = models.CharField(max_length=36)  # the id of the row
    at = models.DateTimeField(default=timezone.now, db_index=True)

    def __str__(self) -> str:
        return f"Made {self.made}"
