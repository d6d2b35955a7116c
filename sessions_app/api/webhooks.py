"""Webhooks: registered, changed, tried out and deleted by admins; the log of their calls."""

from functools import partial
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.mixins import (
    CreateModelMixin,
    DestroyModelMixin,
    ListModelMixin,
    RetrieveModelMixin,
)
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import staff
from sessions_app.api.fields import Line
from sessions_app.api.permissions import AdminsOnly, WithinScope
from sessions_app.api.repeated import call_of, create_once
from sessions_app.models import Webhook, WebhookCall
from sessions_app.models.webhook import MAX_URL, new_seed
from sessions_app.services import audit, outward
from sessions_app.services import webhooks as services
from sessions_app.services.deliveries import CannotLeave
from sessions_app.services.press import once
from sessions_app.services.webhooks import EVENTS

_FOR_ADMINS = (IsAuthenticated, WithinScope, AdminsOnly)


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    url = Line(
        max_length=MAX_URL,
        help_text="Begins with https:// and is open to the internet.",
    )
    events = serializers.ListField(
        child=serializers.ChoiceField(list(EVENTS)), min_length=1
    )
    on = serializers.BooleanField(
        required=False, help_text="Whether it is called. On again, it begins afresh."
    )

    class Meta:
        model = Webhook
        fields = [
            "id",
            "kind",
            "url",
            "events",
            "on",
            "created_at",
            "failing_since",
            "off_at",
            "off_because",
        ]
        read_only_fields = ["created_at", "failing_since", "off_at", "off_because"]

    def validate_url(self, url: str) -> str:
        try:
            outward.check_url(url)
        except CannotLeave as error:
            raise serializers.ValidationError(str(error)) from None
        return url

    def validate_events(self, events: list[str]) -> list[str]:
        return [event for event in EVENTS if event in events]


class WebhookWithSecret(WebhookSerializer):
    secret = serializers.CharField(
        read_only=True,
        help_text="Signs the calls to a program. Shown here and never again.",
    )

    class Meta(WebhookSerializer.Meta):
        fields = [*WebhookSerializer.Meta.fields, "secret"]


class CallSerializer(serializers.ModelSerializer[WebhookCall]):
    class Meta:
        model = WebhookCall
        fields = [
            "id",
            "event",
            "state",
            "tries",
            "last_error",
            "created_at",
            "due_at",
            "done_at",
        ]
        read_only_fields = fields


class WebhookViewSet(
    ListModelMixin,
    CreateModelMixin,
    RetrieveModelMixin,
    DestroyModelMixin,
    GenericViewSet[Webhook],
):
    """Webhooks, newest first; for admins."""

    queryset = Webhook.objects.all()
    serializer_class = WebhookSerializer
    permission_classes = _FOR_ADMINS
    lookup_value_converter = "uuid"

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        audit.looked_at("List of webhooks", by=staff(request))
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        webhook = self.get_object()
        audit.looked_at(f"Webhook {webhook.pk}", by=staff(request))
        return Response(self.get_serializer(webhook).data)

    @extend_schema(responses={201: WebhookWithSecret})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Have an address called; the answer has the secret."""
        asked = self.get_serializer(data=request.data)
        asked.is_valid(raise_exception=True)
        make = partial(_register, by=staff(request))
        create_once(request, asked, self.get_queryset(), make)
        return Response(WebhookWithSecret(asked.instance).data, status=201)

    @extend_schema(
        operation_id="webhooks_change",
        request=WebhookSerializer(partial=True),
        responses=WebhookSerializer,
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change its address or events, or switch it off or on again."""
        webhook = self.get_object()
        asked = self.get_serializer(webhook, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        values = dict(asked.validated_data)
        on = values.pop("on", None)
        if values:
            services.change(webhook=webhook, by=staff(request), **values)
        if on is not None and on != webhook.on:
            services.switch(webhook=webhook, on=on, by=staff(request))
        return Response(self.get_serializer(webhook).data)

    def perform_destroy(self, instance: Webhook) -> None:
        services.delete(webhook=instance, by=staff(self.request))

    @extend_schema(
        operation_id="webhooks_secret", request=None, responses=WebhookWithSecret
    )
    @action(detail=True, methods=["post"])
    def secret(self, request: Request, pk: UUID) -> Response:
        """Make another secret; the one before signs nothing any more."""
        webhook = self.get_object()
        services.change(webhook=webhook, by=staff(request), seed=new_seed())
        return Response(WebhookWithSecret(webhook).data)

    @extend_schema(
        operation_id="webhooks_test", request=None, responses={201: CallSerializer}
    )
    @action(detail=True, methods=["post"])
    def test(self, request: Request, pk: UUID) -> Response:
        """Call it with an event that is about nothing; its call says what became of it."""
        webhook = self.get_object()
        made = once(call_of(request), lambda: _test_call(webhook, request))
        call = get_object_or_404(webhook.calls, pk=made)
        return Response(CallSerializer(call).data, status=201)


class CallViewSet(GenericViewSet[WebhookCall]):
    queryset = WebhookCall.objects.all()
    serializer_class = CallSerializer
    permission_classes = _FOR_ADMINS

    @extend_schema(operation_id="webhooks_calls", responses=CallSerializer(many=True))
    def list(self, request: Request, pk: UUID) -> Response:
        """The calls of a webhook in the last 30 days, newest first."""
        webhook = get_object_or_404(Webhook, pk=pk)
        audit.looked_at(f"Webhook {webhook.pk}", by=staff(request))
        page = self.paginate_queryset(webhook.calls.all())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(operation_id="webhooks_call_again", request=None)
    def again(self, request: Request, pk: UUID, call: UUID) -> Response:
        """Repeat a call that was made or given up, with its id; one that waits stays."""
        rows = WebhookCall.objects.select_related("webhook")
        known = get_object_or_404(rows, pk=call, webhook=pk)
        services.send_again(known, by=staff(request))
        known.refresh_from_db()
        return Response(self.get_serializer(known).data)


def _register(*, by: Any, on: bool = True, **values: Any) -> Webhook:
    webhook = services.register(by=by, **values)
    if not on:
        services.switch(webhook=webhook, on=False, by=by)
    return webhook


def _test_call(webhook: Webhook, request: Request) -> str:
    return str(services.test(webhook=webhook, by=staff(request)).pk)
