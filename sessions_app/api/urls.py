"""Version 1 of the API."""

from django.urls import path

from sessions_app.api.views import TimelineView

urlpatterns = [
    path(
        "sessions/<uuid:pk>/timeline/", TimelineView.as_view(), name="session-timeline"
    ),
]
