"""Verify what must never change: the audit chain here, and the ledgers that higher apps register.

A higher app registers its check in its `AppConfig.ready`:

    @register("signatures", rows=Signature.objects.count)
    def signature_problems() -> Iterator[Problem]: ...

A check names each altered row and part, and yields nothing where all is well.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.db import connection
from django.db.models import F

from core import audit
from core.chain import GENESIS
from core.models import AuditEntry, AuditHead

CHUNK = 2_000


@dataclass(frozen=True)
class Problem:
    """One thing that is not as it was written: `where` names the row, `what` the part and what is wrong with it."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


@dataclass(frozen=True)
class Anchor:
    """A head of the chain that was noted outside of the database, for example in a mail: `SEQUENCE:HASH`."""

    sequence: int
    hash: str

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True)
class Finding:
    """What one check found; `rows` is how many rows the ledger holds, or None where its owner does not say."""

    ledger: str
    rows: int | None
    problems: list[Problem]


Check = Callable[[], Iterable[Problem]]
_checks: dict[str, tuple[Check, Callable[[], int] | None]] = {}


def register(name: str, *, rows: Callable[[], int] | None = None) -> Callable[[Check], Check]:
    """Register the decorated check under `name`; the same name again replaces it."""

    def decorate(check: Check) -> Check:
        _checks[name] = (check, rows)
        return check

    return decorate


def verify() -> list[Finding]:
    """Run every registered check and return what each found, in the order of registration."""
    return [Finding(name, rows() if rows else None, list(check())) for name, (check, rows) in _checks.items()]


def head() -> Anchor | None:
    """Return the chain's present end, to be noted outside of the database; None while the chain is empty."""
    row = AuditHead.objects.first()
    return Anchor(row.sequence, row.hash) if row else None


def anchor_problems(anchor: Anchor) -> Iterator[Problem]:
    """Yield a problem where the chain no longer runs through `anchor`."""
    found = AuditEntry.objects.filter(link__sequence=anchor.sequence).values_list("link__hash", flat=True).first()
    if found is None:
        yield Problem("audit chain", f"link {anchor.sequence}, which was noted outside, is gone")
    elif found != anchor.hash:
        yield Problem("audit chain", f"link {anchor.sequence} has another hash than the one noted outside")


@register("audit chain", rows=AuditEntry.objects.count)
def audit_problems() -> Iterator[Problem]:
    """Compute every fingerprint, body hash and link of the audit chain again and yield what differs."""
    if connection.in_atomic_block:
        # Entries of our own transaction get their place at commit: settle them now, so that they are seen
        # whole.
        connection.check_constraints()
    end = head()
    before = Anchor(0, GENESIS)
    entries = AuditEntry.objects.select_related("link").order_by(F("link__sequence").asc(nulls_last=True), "id")
    for entry in entries.iterator(chunk_size=CHUNK):
        where = f"audit entry {entry.pk} ({entry.action}, {entry.at:%Y-%m-%d %H:%M} UTC)"
        yield from (Problem(where, what) for what in _body_problems(entry))
        yield from (Problem(where, what) for what in _link_problems(entry, before))
        before = _place(entry) or before
    if end and before.sequence < end.sequence:
        yield Problem("audit chain", f"its end is missing: it stops at {before.sequence} of {end.sequence} links")
    elif end:
        yield from anchor_problems(end)
    elif before.sequence:
        yield Problem("audit chain", "the row that notes its head is missing")


def _body_problems(entry: AuditEntry) -> Iterator[str]:
    for name, print_now in audit.fingerprints(entry).items():
        if entry.fingerprints.get(name) != print_now:
            yield f"{name.removesuffix('_id')} was changed"
    if audit.body_hash(entry.fingerprints) != entry.body_sha256:
        yield "the fingerprints or the body hash were changed"


def _link_problems(entry: AuditEntry, before: Anchor) -> Iterator[str]:
    place = _place(entry)
    if place is None:
        yield "it has no place in the chain"
        return
    if place.sequence != before.sequence + 1:
        missing = place.sequence - before.sequence - 1
        yield f"{missing} link(s) before it are missing" if missing > 0 else "its place in the chain was changed"
    elif entry.link.previous_hash != before.hash:
        yield "it does not link to the entry before it"
    if place.hash != _link_hash(entry.link.previous_hash or "", place.sequence, entry.body_sha256):
        yield "its link was changed"


def _place(entry: AuditEntry) -> Anchor | None:
    link = getattr(entry, "link", None)
    return Anchor(link.sequence, link.hash) if link and link.sequence is not None else None


def _link_hash(previous: str, sequence: int, body: str) -> str:
    return hashlib.sha256(f"{previous}|{sequence}|{body}".encode()).hexdigest()
