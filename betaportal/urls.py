"""Every address of the portal."""

from django.contrib import admin
from django.urls import path

from betaportal import health

urlpatterns = [
    path("healthz", health.healthz),
    path("admin/", admin.site.urls),
]
