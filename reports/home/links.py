"""Addresses of admin pages, where this version has the page."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def rows(model: str, **filters: object) -> str:
    """Return the address of the model's list with these filters; empty where it has no admin."""
    link = _reverse(f"admin:{model.replace('.', '_')}_changelist")
    return f"{link}?{urlencode(filters)}" if link and filters else link


def row(model: str, pk: object) -> str:
    """Return the address of one row; empty where the model has no admin."""
    return _reverse(f"admin:{model.replace('.', '_')}_change", pk)


def page(name: str, *args: object) -> str:
    """Return the address of an admin page by the name of its URL."""
    return _reverse(f"admin:{name}", *args)


def _reverse(name: str, *args: object) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""
