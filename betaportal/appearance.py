"""How the admin looks: name, colours, logo. What stands in the sidebar is in `betaportal.navigation`.

Callables are named by their import path, because settings are read before any app is loaded.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static


def asset(name: str) -> Callable[[HttpRequest], str]:
    """Return the address of one of our own static files, asked for when a page is rendered."""
    return lambda _request: static(f"admin_portal/{name}")


# A calm blue: green, yellow and red are left to mean a state.
PRIMARY = {
    "50": "oklch(97% .012 255)",
    "100": "oklch(94% .025 255)",
    "200": "oklch(88% .05 255)",
    "300": "oklch(80% .08 255)",
    "400": "oklch(71% .115 255)",
    "500": "oklch(63% .14 256)",
    "600": "oklch(50% .15 258)",
    "700": "oklch(44% .135 259)",
    "800": "oklch(38% .11 260)",
    "900": "oklch(32% .085 261)",
    "950": "oklch(24% .06 262)",
}

UNFOLD: dict[str, Any] = {
    "SITE_TITLE": "Betaportal",
    "SITE_HEADER": "Betaportal",
    "SITE_URL": None,
    "SITE_ICON": asset("logo.svg"),
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": asset("favicon.svg")}],
    "STYLES": [asset("portal.css")],
    "COLORS": {"primary": PRIMARY},
    "BORDER_RADIUS": "6px",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SHOW_BACK_BUTTON": True,
    "ENVIRONMENT": "betaportal.frame.environment",
    "GLOBAL_CALLBACK": "betaportal.frame.context",
    "SIDEBAR": {"show_search": False, "navigation": "betaportal.navigation.sidebar"},
}
