"""Every address of the portal."""

from django.contrib import admin
from django.urls import include, path

from betaportal import health

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", health.metrics),
    path("", include("participants.urls")),
    path("", include("metrics.urls")),
    path("", include("reports.home.urls")),
    path("", include("reports.urls")),
    path("admin/", admin.site.urls),
]
