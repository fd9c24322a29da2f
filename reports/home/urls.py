"""Addresses that stand before the admin's own: its index and the program home."""

from django.contrib import admin
from django.urls import path

from reports.home import views

urlpatterns = [
    path("admin/", admin.site.admin_view(views.index)),
    path(
        "admin/programs/program/<int:program_id>/home/", admin.site.admin_view(views.program_home), name="program_home"
    ),
]
