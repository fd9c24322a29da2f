"""The evidence of a signature as one canonical JSON document, its hash, and the chain. Pure."""

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

FORMAT = "betaportal-signature/1"
GENESIS = "0" * 64


@dataclass(frozen=True)
class Step:
    """One step on the way to a signature; see `EvidenceEvent` for the names."""

    event: str
    at: dt.datetime
    ip: str | None = None
    user_agent: str = ""
    session: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything that the evidence states. Moments are aware; hashes are 64 hexadecimal digits."""

    sequence: int
    previous_hash: str
    program_id: int
    program_slug: str
    program_name: str
    product: str
    participant_id: int
    participant_number: int
    invite_id: int | None
    typed_name: str
    email: str
    authenticated_by: str
    intent: Mapping[str, str]
    consent_text: str
    consent_version: str
    consented_at: dt.datetime
    agreement_id: int
    agreement_version: int
    agreement_title: str
    shown_sha256: str
    shown_html_sha256: str
    signed_at: dt.datetime
    events: Sequence[Step]


def document(facts: Facts) -> dict[str, Any]:
    """Return the evidence as plain JSON values, grouped as people read it."""
    return {
        "format": FORMAT,
        "sequence": facts.sequence,
        "previous_hash": facts.previous_hash,
        "program": {
            "id": facts.program_id,
            "slug": facts.program_slug,
            "name": facts.program_name,
            "product": facts.product,
        },
        "signer": {
            "typed_name": facts.typed_name,
            "email": facts.email,
            "participant": facts.participant_id,
            "number": facts.participant_number,
            "invite": facts.invite_id,
            "authenticated_by": facts.authenticated_by,
        },
        "intent": dict(facts.intent),
        "consent": {
            "text": facts.consent_text,
            "version": facts.consent_version,
            "at": moment(facts.consented_at),
        },
        "agreement": {
            "id": facts.agreement_id,
            "version": facts.agreement_version,
            "title": facts.agreement_title,
            "sha256": facts.shown_sha256,
            "html_sha256": facts.shown_html_sha256,
        },
        "signed_at": moment(facts.signed_at),
        "events": [step(each) for each in facts.events],
    }


def step(event: Step) -> dict[str, Any]:
    return {
        "event": event.event,
        "at": moment(event.at),
        "ip": event.ip,
        "user_agent": event.user_agent,
        "session": event.session,
    }


def canonical(value: Mapping[str, Any]) -> str:
    """Return the one text that stands for `value`: keys sorted, no spaces. Its UTF-8 bytes are what is hashed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(content: str | bytes) -> str:
    """Return the SHA-256 of bytes, or of a text's UTF-8 bytes, in hexadecimal digits."""
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def link(previous_hash: str, sequence: int, evidence_sha256: str) -> str:
    """Return the chain hash of a signature: it covers the evidence and the link before it."""
    return sha256(f"{previous_hash}|{sequence}|{evidence_sha256}")


def moment(at: dt.datetime) -> str:
    """Write a moment as it stands in the evidence: UTC to the microsecond."""
    return at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
