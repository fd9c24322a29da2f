"""The reports as a Django app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = "Reports"

    def ready(self) -> None:
        # Each registers itself: what this app does when a program is created, and how its ledger is verified.
        from reports import answers, ledger  # noqa: F401
