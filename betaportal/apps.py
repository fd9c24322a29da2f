from django.apps import AppConfig


class BetaportalConfig(AppConfig):
    """The house itself: what starts the portal and answers for its health."""

    name = "betaportal"

    def ready(self) -> None:
        """Make the configured Celery app the one that shared tasks belong to, in the web process too."""
        from betaportal import celery  # noqa: F401
