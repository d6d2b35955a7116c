"""Version 1 of the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from sessions_app.api.courses import CourseViewSet
from sessions_app.api.marks import MarkViewSet
from sessions_app.api.minutes import (
    ExportView,
    MinutesView,
    SnapshotView,
    TimelineView,
)
from sessions_app.api.problems import ApiNotFound
from sessions_app.api.schema import docs, schema
from sessions_app.api.sessions import SessionViewSet

router = SimpleRouter(use_regex_path=False)
router.register("courses", CourseViewSet, basename="api-course")
router.register("sessions", SessionViewSet, basename="api-session")

urlpatterns = [
    *router.urls,
    path("sessions/<uuid:pk>/export/", ExportView.as_view(), name="api-session-export"),
    path(
        "sessions/<uuid:pk>/marks/",
        MarkViewSet.as_view({"get": "list", "post": "create"}),
        name="api-session-marks",
    ),
    path(
        "sessions/<uuid:pk>/marks/<uuid:mark>/",
        MarkViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="api-session-mark",
    ),
    path(
        "sessions/<uuid:pk>/minutes/", MinutesView.as_view(), name="api-session-minutes"
    ),
    path(
        "sessions/<uuid:pk>/snapshot/",
        SnapshotView.as_view(),
        name="api-session-snapshot",
    ),
    path(
        "sessions/<uuid:pk>/timeline/", TimelineView.as_view(), name="session-timeline"
    ),
    path("schema/", schema, name="api-schema"),
    path("docs/", docs, name="api-docs"),
    # With its slash, so that an address that lacks one is sent to the one that has it.
    path("<path:rest>/", ApiNotFound.as_view(schema=None), name="api-nothing"),
]
