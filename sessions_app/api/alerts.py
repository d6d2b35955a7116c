"""The alerts of a lesson: changes that hold, and what teachers answered about them."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import session_of, staff
from sessions_app.enums import Purpose, Right
from sessions_app.minutes.alerts import WATCHED, class_alerts, lesson_alerts
from sessions_app.models import AlertAnswer
from sessions_app.services import alerts, audit
from sessions_app.services.alerts import NoSuchAlert


class AlertSerializer(serializers.Serializer[Any]):
    """A change of the class that holds, found in released minutes alone."""

    id = serializers.CharField(help_text="The same whenever the lesson is read.")
    about = serializers.ChoiceField(Purpose.choices)
    of = serializers.ChoiceField(
        [name for signal in WATCHED for name in signal.names],
        help_text="A tap, or a group of expressions.",
    )
    more = serializers.BooleanField(help_text="More students than before, or fewer.")
    words = serializers.CharField(help_text="In the server's language.")
    since = serializers.DateTimeField(
        help_text="When the change is likely to have begun."
    )
    since_index = serializers.IntegerField(
        min_value=0, help_text="Index of the minute that begins then."
    )
    at = serializers.DateTimeField(help_text="End of the minute that raised the alert.")
    dismissed = serializers.BooleanField(help_text="It was put away, or answered.")
    useful = serializers.BooleanField(
        allow_null=True, help_text="“Was this useful?”; null: not answered."
    )


class AnswerSerializer(serializers.Serializer[Any]):
    useful = serializers.BooleanField(
        allow_null=True,
        required=False,
        help_text="“Was this useful?” Left out or null: the alert is only put away.",
    )


class AlertViewSet(GenericViewSet[AlertAnswer]):
    queryset = AlertAnswer.objects.all()
    serializer_class = AlertSerializer
    pagination_class = None

    @extend_schema(operation_id="sessions_alerts", responses=AlertSerializer(many=True))
    def list(self, request: Request, pk: UUID) -> Response:
        """All alerts of a lesson, in order."""
        session = session_of(request, pk)
        audit.keeps_viewing(session=session, by=staff(request), what="Alerts")
        return Response(class_alerts(session, lesson_alerts(session)))

    @extend_schema(
        operation_id="sessions_alert_answer",
        request=AnswerSerializer,
        responses=AlertSerializer,
    )
    def partial_update(self, request: Request, pk: UUID, alert: str) -> Response:
        """Put an alert away on every device, and say whether it was useful."""
        session = session_of(request, pk, Right.RUN)
        asked = AnswerSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        try:
            known = alerts.answer(
                session=session, key=alert, by=staff(request), **asked.validated_data
            )
        except NoSuchAlert as error:
            raise Http404 from error
        return Response(class_alerts(session, [known])[0])
