"""Where each page lives."""

from django.contrib import admin
from django.urls import include, path

from sessions_app.views.health import healthz, readyz
from sessions_app.views.metrics import metrics

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("api/v1/", include("sessions_app.api.urls")),
    path("", include("sessions_app.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "sessions_app.views.pages.unreadable"
handler403 = "sessions_app.views.pages.forbidden"
handler404 = "sessions_app.views.pages.missing"
handler500 = "sessions_app.views.pages.broken"
