"""The house as a Django app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class BetaportalConfig(AppConfig):
    """What starts the portal and answers for its health. Last of the apps, so all others are ready."""

    name = "betaportal"

    def ready(self) -> None:
        """Bind every app's tasks to the configured Celery app, in the web process too, and fill its schedule."""
        from betaportal.celery import app
        from betaportal.schedule import beat_schedule

        autodiscover_modules("tasks")
        app.conf.beat_schedule = beat_schedule()
