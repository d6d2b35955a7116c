"""Version 1 of the API."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from sessions_app.api.alerts import AlertViewSet
from sessions_app.api.co_teachers import CoTeacherViewSet
from sessions_app.api.course_trend import CourseComparisonView, CourseTrendView
from sessions_app.api.courses import CourseViewSet
from sessions_app.api.marks import MarkViewSet, ReplyViewSet
from sessions_app.api.minutes import (
    ExportView,
    MinutesView,
    SnapshotView,
    TimelineView,
)
from sessions_app.api.problems import ApiNotFound
from sessions_app.api.questions import QuestionViewSet
from sessions_app.api.recordings import RecordingViewSet
from sessions_app.api.reports import ReportPdfView, ReportView
from sessions_app.api.saved_views import SavedViewSet
from sessions_app.api.schema import docs, schema
from sessions_app.api.sessions import SessionViewSet
from sessions_app.api.topics import AgendaViewSet, TopicViewSet
from sessions_app.api.totals import DifferenceView, TotalsView
from sessions_app.api.webhooks import CallViewSet, WebhookViewSet

router = SimpleRouter(use_regex_path=False)
router.register("courses", CourseViewSet, basename="api-course")
router.register("sessions", SessionViewSet, basename="api-session")
router.register("totals/views", SavedViewSet, basename="api-totals-view")
router.register("webhooks", WebhookViewSet, basename="api-webhook")

urlpatterns = [
    *router.urls,
    path("courses/<int:pk>/trend/", CourseTrendView.as_view(), name="api-course-trend"),
    path(
        "courses/<int:pk>/comparison/",
        CourseComparisonView.as_view(),
        name="api-course-comparison",
    ),
    path(
        "courses/<int:pk>/co-teachers/",
        CoTeacherViewSet.as_view({"get": "list", "post": "create"}),
        name="api-course-co-teachers",
    ),
    path(
        "courses/<int:pk>/co-teachers/<int:who>/",
        CoTeacherViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="api-course-co-teacher",
    ),
    path(
        "sessions/<uuid:pk>/alerts/",
        AlertViewSet.as_view({"get": "list"}),
        name="api-session-alerts",
    ),
    path(
        "sessions/<uuid:pk>/alerts/<slug:alert>/",
        AlertViewSet.as_view({"patch": "partial_update"}),
        name="api-session-alert",
    ),
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
        "sessions/<uuid:pk>/replies/",
        ReplyViewSet.as_view({"get": "list", "post": "create"}),
        name="api-session-replies",
    ),
    path(
        "sessions/<uuid:pk>/replies/<uuid:mark>/",
        ReplyViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="api-session-reply",
    ),
    path(
        "sessions/<uuid:pk>/question/",
        QuestionViewSet.as_view(
            {"get": "retrieve", "post": "create", "delete": "destroy"}
        ),
        name="api-session-question",
    ),
    path(
        "sessions/<uuid:pk>/question/close/",
        QuestionViewSet.as_view({"post": "close"}),
        name="api-session-question-close",
    ),
    path(
        "sessions/<uuid:pk>/question/answers/<uuid:answer>/",
        QuestionViewSet.as_view({"delete": "delete_answer"}),
        name="api-session-answer",
    ),
    path(
        "sessions/<uuid:pk>/topics/",
        TopicViewSet.as_view({"get": "list", "post": "create"}),
        name="api-session-topics",
    ),
    path(
        "sessions/<uuid:pk>/topics/<uuid:topic>/",
        TopicViewSet.as_view({"patch": "partial_update", "delete": "destroy"}),
        name="api-session-topic",
    ),
    path(
        "sessions/<uuid:pk>/topics/<uuid:topic>/merge/",
        TopicViewSet.as_view({"post": "merge"}),
        name="api-session-topic-merge",
    ),
    path(
        "sessions/<uuid:pk>/agenda/",
        AgendaViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="api-session-agenda",
    ),
    path(
        "sessions/<uuid:pk>/recording/",
        RecordingViewSet.as_view({"get": "retrieve", "put": "update"}),
        name="api-session-recording",
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
    path("sessions/<uuid:pk>/report/", ReportView.as_view(), name="api-session-report"),
    path(
        "sessions/<uuid:pk>/report/pdf/",
        ReportPdfView.as_view(),
        name="api-session-report-pdf",
    ),
    path("totals/", TotalsView.as_view(), name="api-totals"),
    path("totals/difference/", DifferenceView.as_view(), name="api-totals-difference"),
    path(
        "webhooks/<uuid:pk>/calls/",
        CallViewSet.as_view({"get": "list"}),
        name="api-webhook-calls",
    ),
    path(
        "webhooks/<uuid:pk>/calls/<uuid:call>/again/",
        CallViewSet.as_view({"post": "again"}),
        name="api-webhook-call-again",
    ),
    path("schema/", schema, name="api-schema"),
    path("docs/", docs, name="api-docs"),
    # With its slash, so that an address that lacks one is sent to the one that has it.
    path("<path:rest>/", ApiNotFound.as_view(schema=None), name="api-nothing"),
]
