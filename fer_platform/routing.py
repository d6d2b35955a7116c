"""Where each socket lives."""

from django.urls import path, re_path

from sessions_app.live.consumers.dashboard import DashboardConsumer
from sessions_app.live.consumers.not_found import RejectUnknownPath
from sessions_app.live.consumers.student import StudentConsumer
from sessions_app.live.consumers.visitor import VisitorConsumer

websocket_urlpatterns = [
    path("ws/sessions/<uuid:session_id>/student/", StudentConsumer.as_asgi()),
    path("ws/sessions/<uuid:session_id>/dashboard/", DashboardConsumer.as_asgi()),
    path("ws/panel/sessions/<uuid:session_id>/dashboard/", DashboardConsumer.as_asgi()),
    path("ws/try/", VisitorConsumer.as_asgi()),
    re_path("", RejectUnknownPath.as_asgi()),
]
