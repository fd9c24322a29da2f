"""The shared kernel as a Django app."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Nothing above core is imported here; higher apps register themselves."""

    name = "core"
    verbose_name = "System"
