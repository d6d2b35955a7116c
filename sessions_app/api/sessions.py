"""Class sessions: list, make, read, and lead through their states."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.mixins import CreateModelMixin, ListModelMixin, RetrieveModelMixin
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from sessions_app.api.caller import query, session_of, staff
from sessions_app.api.plans import PlanSerializer, zone_of
from sessions_app.api.repeated import create_once
from sessions_app.api.serializers import SessionQuery, SessionSerializer
from sessions_app.enums import Right
from sessions_app.models import ClassSession
from sessions_app.models.session import ClassSessionQuerySet
from sessions_app.selectors.history import session_history
from sessions_app.services import audit, plans
from sessions_app.services import sessions as services


def _step(name: str) -> Callable[..., Callable[..., Response]]:
    """A POST without a body, answered with the session as it is then."""

    def decorate(view: Callable[..., Response]) -> Callable[..., Response]:
        documented = extend_schema(operation_id=f"sessions_{name}", request=None)
        return documented(action(detail=True, methods=["post"])(view))

    return decorate


def _made(zone: dt.tzinfo, *, weeks: int = 1, **values: Any) -> ClassSession:
    return plans.create_weekly(weeks=weeks, zone=zone, **values)


@extend_schema_view(list=extend_schema(parameters=[SessionQuery]))
class SessionViewSet(
    ListModelMixin,
    CreateModelMixin,
    RetrieveModelMixin,
    GenericViewSet[ClassSession],
):
    """Class sessions, newest first."""

    queryset = ClassSession.objects.all()
    serializer_class = SessionSerializer
    lookup_value_converter = "uuid"

    def get_queryset(self) -> ClassSessionQuerySet:
        filters = query(self.request, SessionQuery) if self.action == "list" else {}
        return session_history(user=staff(self.request), **filters)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        audit.listed("List of lessons", by=staff(request))
        return super().list(request, *args, **kwargs)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        session = self.get_object()
        audit.opened("Settings", session, by=staff(request))
        return Response(self.get_serializer(session).data)

    def perform_create(self, serializer: BaseSerializer[ClassSession]) -> None:
        user = staff(self.request)
        rows = ClassSession.objects.visible_to(user)
        make = partial(_made, zone_of(user), teacher=user)
        create_once(self.request, serializer, rows, make)

    @extend_schema(
        operation_id="sessions_change",
        request=PlanSerializer(partial=True),
        responses=SessionSerializer,
    )
    def partial_update(self, request: Request, pk: UUID) -> Response:
        """Change title, meeting link, planned times, and whether students see the result.

        A lesson that has begun keeps its plan.
        """
        session = session_of(request, pk, Right.RUN)
        asked = PlanSerializer(session, data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        if values:
            services.update(session=session, by=staff(request), **values)
        return Response(self.get_serializer(self.get_object()).data)

    @_step("start")
    def start(self, request: Request, pk: UUID) -> Response:
        """Begin a draft; its minutes count from now."""
        return self._move(services.start, pk)

    @_step("pause")
    def pause(self, request: Request, pk: UUID) -> Response:
        """Stop the intake for a while."""
        return self._move(services.pause, pk)

    @_step("resume")
    def resume(self, request: Request, pk: UUID) -> Response:
        """Take up a paused session again."""
        return self._move(services.resume, pk)

    @_step("end")
    def end(self, request: Request, pk: UUID) -> Response:
        """Stop the intake for good; the last minute is closed within seconds."""
        return self._move(services.end, pk)

    def _move(self, change: Callable[..., ClassSession], pk: UUID) -> Response:
        session = session_of(self.request, pk, Right.RUN)
        moved = change(session=session, by=staff(self.request))
        return Response(self.get_serializer(moved).data)
