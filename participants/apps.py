"""People of a beta as a Django app."""

from django.apps import AppConfig


class ParticipantsConfig(AppConfig):
    """Registers this app's answers to moments and its part of the ledger check."""

    name = "participants"
    verbose_name = "People"

    def ready(self) -> None:
        """Importing the two modules registers what they hold."""
        from participants import answers, ledger  # noqa: F401
