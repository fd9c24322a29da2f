"""Events in."""

from django.urls import path, re_path

from metrics import views

app_name = "metrics"
urlpatterns = [
    path("v1/batch", views.batch, name="batch"),
    re_path(r"^v1/(?P<kind>track|identify|page|screen|group|alias)$", views.single, name="single"),
]
