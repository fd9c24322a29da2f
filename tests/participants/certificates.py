"""A certificate of made-up facts, for tests of its making and sealing."""

import datetime as dt

from participants.enums import EvidenceEvent
from participants.signing import screen
from participants.signing.certificate import certificate_pdf
from participants.signing.evidence import GENESIS, Facts, Step, canonical, document, link, sha256

NOW = dt.datetime(2026, 5, 1, 8, 0, tzinfo=dt.UTC)


def certificate(body: str = "# Terms\n\nBe kind.", name: str = "Maria Berg") -> bytes:
    """An unsealed certificate of `name` under `body`."""
    facts = Facts(
        sequence=1,
        previous_hash=GENESIS,
        program_id=1,
        program_slug="demo",
        program_name="AccuBooks beta",
        product="AccuBooks 1.0.2",
        participant_id=7,
        participant_number=3,
        invite_id=8,
        typed_name=name,
        email="maria@example.com",
        authenticated_by="Personal link by mail",
        intent=screen.INTENT,
        consent_text=screen.CONSENT_TEXT,
        consent_version=screen.CONSENT_VERSION,
        consented_at=NOW,
        agreement_id=1,
        agreement_version=1,
        agreement_title="Terms",
        shown_sha256=sha256(body),
        shown_html_sha256=sha256(body),
        signed_at=NOW,
        events=[Step(event, NOW) for event in EvidenceEvent.values],
    )
    text = canonical(document(facts))
    chain_hash = link(GENESIS, 1, sha256(text))
    return certificate_pdf(evidence=text, evidence_sha256=sha256(text), chain_hash=chain_hash, shown_text=body)
