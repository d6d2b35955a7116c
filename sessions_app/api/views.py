"""History over HTTP: the same released rows that the dashboard draws."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from sessions_app.models import ClassSession, User
from sessions_app.models.session import NOTHING_CLOSED
from sessions_app.selectors.timeline import class_timeline


class TimelineQuery(serializers.Serializer[Any]):
    after = serializers.IntegerField(default=NOTHING_CLOSED, min_value=NOTHING_CLOSED)


class TimelineView(APIView):
    def get(self, request: Request, pk: UUID) -> Response:
        query = TimelineQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        assert isinstance(request.user, User)  # IsAuthenticated saw to that
        mine = ClassSession.objects.visible_to(request.user)
        session = get_object_or_404(mine, pk=pk)
        return Response(
            class_timeline(session=session, after=query.validated_data["after"])
        )
