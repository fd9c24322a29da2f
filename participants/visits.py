"""Where a click came from: what the pages see of a visitor and what the evidence keeps of it."""

import datetime as dt
import hashlib
from dataclasses import dataclass

AGENT_LENGTH = 400


@dataclass(frozen=True)
class Visit:
    """One click. `session` is the hash of the browser session or cookie, never the thing itself."""

    at: dt.datetime
    ip: str | None = None
    user_agent: str = ""
    session: str = ""


def session_hash(secret: str | None) -> str:
    """Return 64 hexadecimal digits that tell one browser session from another, or an empty text without one."""
    return hashlib.sha256(f"betaportal session|{secret}".encode()).hexdigest() if secret else ""
