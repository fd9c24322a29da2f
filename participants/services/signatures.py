"""Sign: evidence, link in the chain, sealed certificate, copy in the mail, access. One transaction, all or nothing."""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from core import audit
from core.locks import lock_number
from core.models import OutboxMessage
from core.moments import PersonBecameActive, announce
from participants import emails
from participants.details import NAME_LENGTH, one_line
from participants.enums import EvidenceEvent, InviteState, ParticipantState
from participants.exceptions import AlreadySigned, NoSuchMove, SignatureOutdated, SignatureRefused
from participants.models import Agreement, Invite, Participant, Signature, SignatureEvent
from participants.selectors import joined_by, newest_agreement, person_by_id
from participants.services.moves import lock_person, move
from participants.signing import screen
from participants.signing.certificate import certificate_pdf
from participants.signing.evidence import GENESIS, Facts, Step, canonical, document, link, sha256
from participants.signing.markdown import render_html
from participants.signing.seal import seal
from participants.visits import AGENT_LENGTH, Visit
from programs.services import lock_program_open


@transaction.atomic
def sign_agreement(
    *, participant_id: int, agreement_id: int, typed_name: str, consented: bool, viewed: Visit, signed: Visit
) -> Signature:
    """Sign the version that was shown and make the person active.

    `viewed` is when and where the page was shown, `signed` the click. Raises `SignatureRefused` without consent or
    name, `SignatureOutdated` when a newer version appeared, `AlreadySigned`, `NoSuchMove`, and what
    `lock_program_open` raises.
    """
    name = _checked_name(typed_name, consented=consented)
    lock_program_open(program_id=person_by_id(participant_id).program_id)
    person = lock_person(participant_id)
    agreement = newest_agreement(person.program_id)
    _refuse_unless_signable(person, agreement, agreement_id)
    sequence, previous_hash = _next_link(person.program_id)
    invite = joined_by(person)
    events = _events(invite, viewed, signed)
    facts = _facts(
        person, agreement, invite, typed_name=name, events=events, sequence=sequence, previous_hash=previous_hash
    )
    signature, certificate = _store(person, agreement, invite, facts)
    move(person, ParticipantState.ACTIVE, activated_at=facts.signed_at)
    emails.send_agreement_copy(signature, certificate)
    audit.record(
        actor=None,
        action="agreement.signed",
        obj=signature,
        scope=person.program.slug,
        after={
            "sequence": sequence,
            "participant": person.pk,
            "chain_hash": signature.chain_hash,
            "certificate_sha256": signature.certificate_sha256,
        },
    )
    announce(PersonBecameActive(participant_id=person.pk))
    return signature


def _checked_name(typed_name: str, *, consented: bool) -> str:
    name = one_line(typed_name)
    if not consented:
        raise SignatureRefused("Nothing was signed: tick the box if you agree and want to sign online.")
    if not name:
        raise SignatureRefused("Nothing was signed: type your name as your signature.")
    if len(name) > NAME_LENGTH:
        raise SignatureRefused(f"Nothing was signed: the name has {len(name)} characters, and {NAME_LENGTH} fit.")
    return name


def _refuse_unless_signable(person: Participant, agreement: Agreement, shown_id: int) -> None:
    if Signature.objects.filter(participant=person, agreement=agreement).exists():
        raise AlreadySigned("You have signed this agreement already. Your copy is in your mail and in the portal.")
    if person.state != ParticipantState.ACCEPTED:
        raise NoSuchMove(
            f"Nothing was signed: your part in the beta is “{person.get_state_display().lower()}”. "
            "Write to the team if that surprises you."
        )
    if agreement.pk != shown_id:
        raise SignatureOutdated(
            f"Nothing was signed: version {agreement.version} was published while you were reading. "
            "Please read it; it is shown now."
        )


def _next_link(program_id: int) -> tuple[int, str]:
    """Return the number of the program's next signature and the hash before it; other signers wait their turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock_number("signature chain", str(program_id))])
    rows = Signature.objects.filter(program_id=program_id).order_by("-sequence")
    last = rows.values_list("sequence", "chain_hash").first()
    return (last[0] + 1, last[1]) if last else (1, GENESIS)


def _events(invite: Invite | None, viewed: Visit, signed: Visit) -> list[Step]:
    """Return the steps in the order in which they happened, as far as they are known."""
    steps: list[Step] = []
    if invite:
        steps.append(Step(EvidenceEvent.SENT, _sent_at(invite)))
        if invite.opened_at:
            steps.append(
                Step(EvidenceEvent.OPENED, invite.opened_at, invite.opened_ip, invite.opened_agent, invite.answered_by)
            )
    steps.append(_step(EvidenceEvent.VIEWED, viewed))
    steps += [_step(event, signed) for event in (EvidenceEvent.CONSENTED, EvidenceEvent.SIGNED)]
    return [*steps, Step(EvidenceEvent.COPIED, signed.at)]


def _sent_at(invite: Invite) -> dt.datetime:
    """When the mail server took the invite; before that is known, when the mail was written."""
    sent_at = OutboxMessage.objects.filter(key=emails.invite_key(invite)).values_list("sent_at", flat=True).first()
    return sent_at or invite.created_at


def _step(event: EvidenceEvent, visit: Visit) -> Step:
    return Step(event, visit.at, visit.ip, visit.user_agent[:AGENT_LENGTH], visit.session)


def _facts(
    person: Participant,
    agreement: Agreement,
    invite: Invite | None,
    *,
    typed_name: str,
    events: Sequence[Step],
    sequence: int,
    previous_hash: str,
) -> Facts:
    program = person.program
    signed_at = next(step.at for step in events if step.event == EvidenceEvent.SIGNED)
    return Facts(
        sequence=sequence,
        previous_hash=previous_hash,
        program_id=program.pk,
        program_slug=program.slug,
        program_name=program.name,
        product=f"{program.product} {program.version}",
        participant_id=person.pk,
        participant_number=person.number,
        invite_id=invite.pk if invite else None,
        typed_name=typed_name,
        email=person.email,
        authenticated_by=_authenticated_by(person),
        intent=screen.INTENT,
        consent_text=screen.CONSENT_TEXT,
        consent_version=screen.CONSENT_VERSION,
        consented_at=signed_at,
        agreement_id=agreement.pk,
        agreement_version=agreement.version,
        agreement_title=agreement.title,
        shown_sha256=sha256(agreement.body),
        shown_html_sha256=sha256(render_html(agreement.body)),
        signed_at=signed_at,
        events=events,
    )


def _authenticated_by(person: Participant) -> str:
    """Say by which link the signer came in: the last one that was used."""
    used = person.invites.filter(state=InviteState.ACCEPTED).order_by("-closed_at").first()
    return f"Personal link by mail, usable once ({used.get_purpose_display().lower()}, No. {used.pk})" if used else "-"


def _store(person: Participant, agreement: Agreement, invite: Invite | None, facts: Facts) -> tuple[Signature, bytes]:
    evidence = canonical(document(facts))
    evidence_hash = sha256(evidence)
    chain_hash = link(facts.previous_hash, facts.sequence, evidence_hash)
    certificate = seal(
        certificate_pdf(
            evidence=evidence, evidence_sha256=evidence_hash, chain_hash=chain_hash, shown_text=agreement.body
        ),
        reason=f"Certificate of signature {facts.sequence}",
    )
    signature = Signature.objects.create(
        program=person.program,
        participant=person,
        invite=invite,
        agreement=agreement,
        sequence=facts.sequence,
        signed_at=facts.signed_at,
        typed_name=facts.typed_name,
        email=facts.email,
        authenticated_by=facts.authenticated_by,
        intent=dict(facts.intent),
        consent_text=facts.consent_text,
        consent_version=facts.consent_version,
        consented_at=facts.consented_at,
        shown_text=agreement.body,
        shown_html=render_html(agreement.body),
        shown_sha256=facts.shown_sha256,
        evidence=evidence,
        evidence_sha256=evidence_hash,
        previous_hash=facts.previous_hash,
        chain_hash=chain_hash,
        certificate=certificate,
        certificate_sha256=sha256(certificate),
    )
    SignatureEvent.objects.bulk_create(SignatureEvent(signature=signature, **_columns(step)) for step in facts.events)
    return signature, certificate


def _columns(step: Step) -> dict[str, object]:
    return {name: getattr(step, name) for name in ("event", "at", "ip", "user_agent", "session")}
