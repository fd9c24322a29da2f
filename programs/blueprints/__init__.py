"""Blueprints: TOML files that hold every default the two reference documents state."""

import tomllib
from decimal import Decimal
from pathlib import Path
from typing import Any

from core.exceptions import BadInput

# Sections: program, weeks, goals, readiness (this app), agreement (participants), criteria (reports), features and
# limits (gates), services and alerts (incidents). Each app reads its own when a program is created.
Blueprint = dict[str, Any]

FOLDER = Path(__file__).parent


def names() -> list[str]:
    return sorted(path.stem for path in FOLDER.glob("*.toml"))


def load(name: str) -> Blueprint:
    """Return the blueprint `name`. Raises `BadInput`, naming those that exist."""
    if name not in names():
        raise BadInput(f"There is no blueprint “{name}”. Choose one of: {', '.join(names())}.")
    plan = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"), parse_float=Decimal)
    agreement = plan["agreement"]
    agreement["body"] = (FOLDER / agreement.pop("body_file")).read_text(encoding="utf-8")
    return plan
