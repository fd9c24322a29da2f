"""Write to the audit chain. `record` belongs in the transaction of the action that it tells of."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any

from django.db import models, transaction

from core import clock
from core.models import AuditEntry, User

THE_MACHINE = "betaportal"

# What an entry says, in the order in which it is hashed.
BODY = (
    "at",
    "actor_id",
    "actor_name",
    "action",
    "object_type",
    "object_pk",
    "object_label",
    "scope",
    "before",
    "after",
    "reason",
)


@transaction.atomic
def record(
    *,
    actor: User | None,
    action: str,
    obj: models.Model,
    scope: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Append one entry and return it. It takes its place in the chain when the transaction commits.

    `actor` None means the machine. `before` and `after` hold what changed; numbers with a fraction, dates and
    other values that JSON or PostgreSQL would reshape are stored as text, so that their hash can be computed
    again.
    """
    entry = AuditEntry(
        at=clock.now(),
        actor=actor,
        actor_name=_clean(actor.display_name if actor else THE_MACHINE)[:200],
        action=action,
        object_type=obj._meta.label_lower,
        object_pk=str(obj.pk),
        object_label=_clean(str(obj))[:200],
        scope=scope,
        before=None if before is None else _plain(before),
        after=None if after is None else _plain(after),
        reason=_clean(reason),
    )
    entry.fingerprints = fingerprints(entry)
    entry.body_sha256 = body_hash(entry.fingerprints)
    entry.save(force_insert=True)
    return entry


def fingerprints(entry: AuditEntry) -> dict[str, str]:
    """Return the SHA-256 of each field of the entry, in hexadecimal digits, by the field's name."""
    return {name: _sha256(_canonical(getattr(entry, name))) for name in BODY}


def body_hash(prints: Mapping[str, str]) -> str:
    """Return the SHA-256 of an entry's fingerprints: the body hash that the chain links."""
    return _sha256("\n".join(f"{name} {prints.get(name, '')}" for name in BODY))


def _canonical(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """Return `value` as JSON that PostgreSQL gives back exactly as it was stored."""
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, Mapping):
        return {_clean(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        items = [_plain(item) for item in value]
        return sorted(items, key=str) if isinstance(value, (set, frozenset)) else items
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    return _clean(str(value))


def _clean(text: str) -> str:
    """Return `text` without what PostgreSQL cannot store: NUL and halves of surrogate pairs."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
