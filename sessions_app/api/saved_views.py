"""Filters of the totals that somebody keeps under a name; shown to nobody else."""

from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from rest_framework import serializers
from rest_framework.mixins import (
    CreateModelMixin,
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
)
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import staff
from sessions_app.api.fields import Line
from sessions_app.api.repeated import create_once
from sessions_app.forms.history import TotalsForm, as_query
from sessions_app.forms.text import something_to_see
from sessions_app.models import SavedView
from sessions_app.models.saved_view import MAX_VIEW_NAME
from sessions_app.services import saved_views as services


class _Filters(serializers.DictField):
    """Kept as an address says them, told one by one."""

    def to_representation(self, value: Any) -> dict[str, str]:
        return super().to_representation(QueryDict(value).dict())


class SavedViewSerializer(serializers.ModelSerializer[SavedView]):
    name = Line(max_length=MAX_VIEW_NAME, validators=[something_to_see])
    filters = _Filters(
        child=serializers.CharField(max_length=100),
        source="query",
        help_text="Parameters of `totals/`, `by` among them; none for all lessons.",
    )

    class Meta:
        model = SavedView
        fields = ["id", "name", "filters", "created_at"]
        read_only_fields = ["created_at"]

    def validate_filters(self, filters: dict[str, str]) -> str:
        """As the page's form reads them; one that is wrong or unknown is refused."""
        asked = QueryDict(as_query(filters))
        form = TotalsForm(asked, user=staff(self.context["request"]))
        chosen = form.chosen()
        wrong = [f"{name}: {said}" for name, [said, *_] in form.errors.items()]
        unknown = filters.keys() - form.fields.keys()
        wrong += [f"{name}: This is no filter." for name in sorted(unknown)]
        if wrong:
            raise serializers.ValidationError(wrong)
        return as_query(chosen)


class SavedViewSet(
    ListModelMixin,
    CreateModelMixin,
    RetrieveModelMixin,
    DestroyModelMixin,
    GenericViewSet[SavedView],
):
    """One's own views of the totals, by name."""

    queryset = SavedView.objects.all()
    serializer_class = SavedViewSerializer
    lookup_value_converter = "int"

    def get_queryset(self) -> QuerySet[SavedView]:
        return SavedView.objects.filter(user=staff(self.request))

    def perform_create(self, serializer: BaseSerializer[SavedView]) -> None:
        make = partial(services.save, user=staff(self.request))
        create_once(self.request, serializer, self.get_queryset(), make)

    def perform_destroy(self, instance: SavedView) -> None:
        services.delete(view=instance)
