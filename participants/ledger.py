"""The signatures' part of `verify_ledger`: everything is hashed again, and what was altered is named."""

import datetime as dt
import json
from collections.abc import Iterable, Iterator
from typing import Any

from core.ledger import Problem, register
from core.models import AuditEntry
from participants.models import Signature
from participants.signing import evidence
from participants.signing.verify import attached_evidence, seal_problem

# Where each column of a signature stands in the evidence document.
PLACES = {
    "sequence": ("sequence",),
    "previous_hash": ("previous_hash",),
    "program_id": ("program", "id"),
    "participant_id": ("signer", "participant"),
    "invite_id": ("signer", "invite"),
    "typed_name": ("signer", "typed_name"),
    "email": ("signer", "email"),
    "authenticated_by": ("signer", "authenticated_by"),
    "intent": ("intent",),
    "consent_text": ("consent", "text"),
    "consent_version": ("consent", "version"),
    "consented_at": ("consent", "at"),
    "agreement_id": ("agreement", "id"),
    "shown_sha256": ("agreement", "sha256"),
    "signed_at": ("signed_at",),
}


@register("signatures", rows=Signature.objects.count)
def check_signatures() -> Iterator[Problem]:
    """Check each signature, the chain of each program, and that none is missing at the end of it."""
    program_id, number, before = None, 0, evidence.GENESIS
    rows = Signature.objects.order_by("program_id", "sequence").select_related("participant", "agreement", "program")
    for signature in rows.prefetch_related("events").iterator(chunk_size=100):
        if signature.program_id != program_id:
            program_id, number, before = signature.program_id, 0, evidence.GENESIS
        number += 1
        where = f"Signature {signature.sequence} of {signature.participant.name} in {signature.program.slug}"
        problems = [*_check_place(signature, number, before), *_check_row(signature), *_check_certificate(signature)]
        yield from (Problem(where=where, what=what) for what in problems)
        number, before = signature.sequence, signature.chain_hash
    yield from _missing()


def _check_place(signature: Signature, number: int, before: str) -> Iterator[str]:
    if signature.sequence != number:
        yield f"signature {number} before it is missing from the chain"
    elif signature.previous_hash != before:
        yield "previous_hash does not match the signature before it"
    if evidence.link(signature.previous_hash, signature.sequence, signature.evidence_sha256) != signature.chain_hash:
        yield "chain_hash does not match the evidence"


def _check_row(signature: Signature) -> Iterator[str]:
    if evidence.sha256(signature.evidence) != signature.evidence_sha256:
        yield "evidence was altered: it does not match its hash"
    try:
        facts = json.loads(signature.evidence)
    except ValueError:
        yield "evidence was altered: it cannot be read"
        return
    altered = [name for name, path in PLACES.items() if _plain(getattr(signature, name)) != _at(facts, path)]
    if evidence.sha256(signature.shown_text) != signature.shown_sha256:
        altered.append("shown_text")
    if evidence.sha256(signature.shown_html) != _at(facts, ("agreement", "html_sha256")):
        altered.append("shown_html")
    if signature.agreement.body != signature.shown_text:
        altered.append("the agreement's text")
    yield from (f"{name} differs from the evidence" for name in altered)
    yield from _check_events(signature, _at(facts, ("events",)) or [])


def _check_events(signature: Signature, expected: list[dict[str, Any]]) -> Iterator[str]:
    """Compare the steps as sets: rows of the same moment have no order of their own."""
    actual = [
        evidence.step(evidence.Step(row.event, row.at, row.ip, row.user_agent, row.session))
        for row in signature.events.all()
    ]
    for step in actual:
        if step not in expected:
            yield f"its event “{step['event']}” differs from the evidence"
    for step in expected:
        if step["event"] not in {row["event"] for row in actual}:
            yield f"its event “{step['event']}” is missing"


def _check_certificate(signature: Signature) -> Iterator[str]:
    pdf = bytes(signature.certificate)
    if evidence.sha256(pdf) != signature.certificate_sha256:
        yield "the certificate was altered: it does not match its hash"
    problem = seal_problem(pdf)
    if problem:
        yield f"the certificate was altered: {problem}"
        return
    try:
        if attached_evidence(pdf) != signature.evidence:
            yield "the certificate carries other evidence than the row"
    except ValueError as error:
        yield f"the certificate was altered: {error}"


def _missing() -> Iterable[Problem]:
    """Signatures that the audit chain tells of and that are not there, such as the last of a chain."""
    there = {str(pk) for pk in Signature.objects.values_list("pk", flat=True)}
    told = AuditEntry.objects.filter(action="agreement.signed", object_type="participants.signature")
    for object_pk, label, scope in told.values_list("object_pk", "object_label", "scope").iterator():
        if object_pk not in there:
            yield Problem(where=f"Signature of {label} in {scope}", what="the row is missing")


def _plain(value: Any) -> Any:
    return evidence.moment(value) if isinstance(value, dt.datetime) else value


def _at(facts: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        facts = facts.get(name) if isinstance(facts, dict) else None
    return facts
