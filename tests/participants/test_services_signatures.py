"""Signing: complete evidence, one signature a version, and a ledger that names what was altered."""

import json
from typing import Any

import pytest
from django.db import InternalError, connection, transaction
from django.db.utils import DatabaseError

from core import clock, moments
from core.models import AuditEntry, OutboxMessage
from core.moments import PersonBecameActive
from participants.enums import EvidenceEvent, ParticipantState
from participants.exceptions import AlreadySigned, SignatureOutdated, SignatureRefused
from participants.ledger import check_signatures
from participants.models import Agreement, Signature
from participants.selectors import newest_agreement
from participants.services import publish_agreement
from participants.signing import evidence, screen
from participants.signing.verify import attached_evidence, seal_problem
from programs.exceptions import ProgramFrozen
from programs.services import freeze
from tests.factories.participants import accepted_person, sign, visit
from tests.factories.programs import live_program

pytestmark = pytest.mark.django_db


def problems() -> list[str]:
    return [f"{problem.where}: {problem.what}" for problem in check_signatures()]


def tamper(sql: str, *values: Any) -> None:
    """Change rows as somebody would who owns the database: with the protection switched off."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def test_signing_makes_active_and_mails_the_sealed_copy() -> None:
    person = accepted_person(name="Maria Berg")
    signature = sign(person)
    person.refresh_from_db()
    mail = OutboxMessage.objects.get(key=f"agreement-copy:{signature.pk}")
    attached = bytes(mail.attachments.get().content)
    assert person.state == ParticipantState.ACTIVE
    assert person.activated_at == signature.signed_at
    assert attached == bytes(signature.certificate)
    assert seal_problem(attached) == ""


def test_the_evidence_is_complete() -> None:
    person = accepted_person(name="Maria Berg")
    signed = visit(ip="192.0.2.8", user_agent="Safari")
    signature = sign(person, typed_name="  Maria  Berg ", signed=signed)
    facts = json.loads(signature.evidence)
    assert facts["signer"]["typed_name"] == "Maria Berg"
    assert facts["signer"]["invite"] == person.invites.get().pk
    assert facts["intent"] == screen.INTENT
    assert facts["consent"]["text"] == screen.CONSENT_TEXT
    assert facts["agreement"]["sha256"] == newest_agreement(person.program_id).body_sha256
    assert [step["event"] for step in facts["events"]] == EvidenceEvent.values
    assert facts["events"][4]["ip"] == "192.0.2.8"
    assert signature.events.count() == len(EvidenceEvent.values)


def test_the_certificate_carries_the_evidence_byte_for_byte() -> None:
    signature = sign(accepted_person())
    assert attached_evidence(bytes(signature.certificate)) == signature.evidence


@pytest.mark.parametrize("name", ["張偉", "محمد بن سلمان", "김철수", "😀 Ada", "Zoë \ue000 \U00020000", "a" * 200])
def test_a_name_in_any_script_can_sign(name: str) -> None:
    signature = sign(accepted_person(), typed_name=name)
    assert signature.typed_name == name
    assert problems() == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"consented": False}, "tick the box"),
        ({"typed_name": " \t"}, "type your name"),
        ({"typed_name": "a" * 201}, "201 characters"),
    ],
)
def test_without_consent_or_name_nothing_is_signed(fields: dict[str, Any], reason: str) -> None:
    person = accepted_person()
    with pytest.raises(SignatureRefused, match=reason):
        sign(person, **fields)
    assert Signature.objects.count() == 0


def test_a_version_is_signed_once() -> None:
    person = accepted_person()
    sign(person)
    with pytest.raises(AlreadySigned):
        sign(person)


def test_a_version_that_was_replaced_while_reading_is_not_signed() -> None:
    person = accepted_person()
    shown = newest_agreement(person.program_id)
    publish_agreement(program_id=person.program_id, title="Terms", body="New text", actor=None)
    with pytest.raises(SignatureOutdated, match="version 2"):
        sign(person, agreement_id=shown.pk)


def test_a_freeze_stops_signing() -> None:
    person = accepted_person()
    freeze(program_id=person.program_id, scope="invites", cause="P0", actor=None)
    with pytest.raises(ProgramFrozen):
        sign(person)


def test_signing_is_announced_inside_the_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[PersonBecameActive] = []
    monkeypatch.setitem(moments._answers, PersonBecameActive, [heard.append])
    person = accepted_person()
    sign(person)
    assert heard == [PersonBecameActive(participant_id=person.pk)]


def test_signatures_of_a_program_form_a_chain() -> None:
    program = live_program()
    one, two = sign(accepted_person(program)), sign(accepted_person(program))
    assert (one.sequence, two.sequence) == (1, 2)
    assert (one.previous_hash, two.previous_hash) == (evidence.GENESIS, one.chain_hash)
    assert problems() == []


@pytest.mark.parametrize("table", ["participants_signature", "participants_signatureevent"])
@pytest.mark.parametrize("verb", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_signatures(table: str, verb: str) -> None:
    sign(accepted_person())
    connection.check_constraints()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(verb.format(table))


def test_the_database_refuses_to_change_a_published_agreement() -> None:
    agreement = newest_agreement(live_program().pk)
    with pytest.raises((DatabaseError, InternalError), match="Publish a new version"), transaction.atomic():
        Agreement.objects.filter(pk=agreement.pk).update(body="other")


@pytest.mark.parametrize(
    "column",
    ["typed_name", "email", "authenticated_by", "consent_text", "consent_version", "shown_text", "shown_html"],
)
def test_one_altered_byte_of_a_row_is_named(column: str) -> None:
    sign(accepted_person(name="Maria Berg"))
    tamper(f"UPDATE participants_signature SET {column} = overlay({column} placing '~' from 1 for 1)")
    found = problems()
    assert found
    assert all(line.startswith("Signature 1 of Maria Berg") for line in found)
    assert any(column in line for line in found)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ("signed_at = signed_at + interval '1 microsecond'", "signed_at differs"),
        ("intent = '{}'", "intent differs"),
        ("evidence = replace(evidence, 'Safari', 'Chrome') || ' '", "evidence was altered"),
        ("chain_hash = repeat('0', 64)", "chain_hash"),
        ("previous_hash = repeat('1', 64)", "previous_hash"),
        ("certificate = set_byte(certificate, 900, get_byte(certificate, 900) # 1)", "certificate was altered"),
        ("certificate = certificate || '\\x0a'", "certificate was altered"),
        ("certificate_sha256 = repeat('0', 64)", "certificate was altered"),
    ],
)
def test_an_altered_fact_is_named(change: str, named: str) -> None:
    sign(accepted_person())
    tamper(f"UPDATE participants_signature SET {change}")
    assert any(named in line for line in problems())


def test_an_appended_certificate_with_a_new_hash_is_named() -> None:
    signature = sign(accepted_person())
    longer = bytes(signature.certificate) + b"\n"
    tamper(
        "UPDATE participants_signature SET certificate = %s, certificate_sha256 = %s", longer, evidence.sha256(longer)
    )
    assert any("appended after it was sealed" in line for line in problems())


def test_a_swapped_certificate_is_named() -> None:
    program = live_program()
    one, two = sign(accepted_person(program)), sign(accepted_person(program))
    tamper(
        "UPDATE participants_signature SET certificate = %s, certificate_sha256 = %s WHERE id = %s",
        bytes(two.certificate),
        two.certificate_sha256,
        one.pk,
    )
    assert problems() == [
        f"Signature 1 of {one.typed_name} in {program.slug}: the certificate carries other evidence than the row"
    ]


@pytest.mark.parametrize(("sequence", "named"), [(1, "missing from the chain"), (3, "the row is missing")])
def test_a_deleted_signature_is_named(sequence: int, named: str) -> None:
    program = live_program()
    for _ in range(3):
        sign(accepted_person(program))
    gone = Signature.objects.get(sequence=sequence)
    tamper("DELETE FROM participants_signatureevent WHERE signature_id = %s", gone.pk)
    tamper("DELETE FROM participants_signature WHERE id = %s", gone.pk)
    assert any(named in line for line in problems())


@pytest.mark.parametrize(
    ("sql", "named"),
    [
        ("UPDATE participants_signatureevent SET ip = '10.0.0.1' WHERE event = 'signed'", "“signed” differs"),
        ("DELETE FROM participants_signatureevent WHERE event = 'viewed'", "“viewed” is missing"),
    ],
)
def test_an_altered_event_is_named(sql: str, named: str) -> None:
    sign(accepted_person())
    tamper(sql)
    assert any(named in line for line in problems())


def test_an_altered_agreement_is_named() -> None:
    sign(accepted_person())
    tamper("UPDATE participants_agreement SET body = body || '.'")
    assert any("the agreement's text differs" in line for line in problems())


def test_later_versions_and_renames_leave_signatures_valid() -> None:
    person = accepted_person()
    sign(person)
    publish_agreement(program_id=person.program_id, title="Terms", body="New text", actor=None)
    person.program.name = "Renamed"
    person.program.save()
    assert problems() == []


def test_the_audit_chain_keeps_the_hash_of_the_certificate() -> None:
    signature = sign(accepted_person())
    entry = AuditEntry.objects.get(action="agreement.signed")
    assert entry.after["certificate_sha256"] == signature.certificate_sha256


def test_a_new_program_has_its_agreement_with_the_names_filled_in() -> None:
    agreement = newest_agreement(live_program(name="Acme beta").pk)
    assert (agreement.version, agreement.published_at is not None) == (1, True)
    assert "Acme beta" in agreement.body
    assert "{program}" not in agreement.body


def test_the_moments_in_the_evidence_are_in_order() -> None:
    facts = json.loads(sign(accepted_person()).evidence)
    times = [step["at"] for step in facts["events"]]
    assert times == sorted(times)
    assert times[-1] <= evidence.moment(clock.now())
