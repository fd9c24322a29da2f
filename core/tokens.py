"""Secrets that we hand out and never keep: only their SHA-256 is stored.

A token has 256 random bits, so a plain hash suffices: there is nothing to guess that salting or stretching
would slow.
"""

import hashlib
import hmac
import secrets


def new_token() -> str:
    """Return a fresh token: 43 characters, safe in URLs, 256 bits."""
    return secrets.token_urlsafe(32)


def new_key(prefix: str) -> str:
    """Return a fresh API key such as `bp_ingest_…`, whose prefix tells people and scanners what it is."""
    return f"{prefix}_{new_token()}"


def hash_token(token: str) -> str:
    """Return what is stored in a token's place: 64 hexadecimal digits."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def constant_time_equal(one: str, other: str) -> bool:
    """Compare two secrets without telling by the time taken where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
