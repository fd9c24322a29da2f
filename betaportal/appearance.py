"""How the admin looks: name, colours and the sidebar by what people do."""

from typing import Any

UNFOLD: dict[str, Any] = {"SITE_TITLE": "Betaportal", "SITE_HEADER": "Betaportal"}
