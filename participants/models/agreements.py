"""Agreement versions, and the signatures that prove who signed which bytes."""

import pgtrigger
from django.db import models
from django.db.models import Q

from core import clock
from core.triggers import append_only, refuse
from participants.enums import AgreementKind, EvidenceEvent
from participants.models.people import Invite, Participant
from programs.models import Program


class Agreement(models.Model):
    """A version of the text that people sign. Once published it never changes; a correction is a new version."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="agreements")
    version = models.PositiveSmallIntegerField(editable=False)
    kind = models.CharField(max_length=9, choices=AgreementKind, default=AgreementKind.MATERIAL)
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True, help_text="In plain words, shown on top and marked as not binding.")
    body = models.TextField(help_text="The text in Markdown. HTML is not allowed in it.")
    body_sha256 = models.CharField(max_length=64, editable=False, help_text="SHA-256 of the text's UTF-8 bytes.")
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "version"],
                name="agreement_version_once_a_program",
                violation_error_message="The program has this version of the agreement already.",
            ),
            models.CheckConstraint(
                name="agreement_has_text",
                condition=~Q(body=""),
                violation_error_message="An agreement needs its text.",
            ),
        ]
        triggers = [
            refuse(
                operation,
                name=name,
                condition=pgtrigger.Q(old__published_at__isnull=False),
                sentence="A published agreement stays as it is: people may have signed it. Publish a new version.",
            )
            for operation, name in ((pgtrigger.Update, "no_update"), (pgtrigger.Delete, "no_delete"))
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.version}"


class Signature(models.Model):
    """The evidence of one signature (DESIGN section 6). Written once; the database refuses any change.

    `shown_text` and `shown_html` are the exact text and page part that were shown. `evidence` holds every fact once
    more as the document that was hashed and attached to the certificate; the verifier holds the columns against it.
    `chain_hash` covers its hash and that of the signature before it in the same program, so that none can be left
    out unseen.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="signatures")
    participant = models.ForeignKey(Participant, on_delete=models.PROTECT, related_name="signatures")
    invite = models.ForeignKey(Invite, null=True, on_delete=models.PROTECT, related_name="+")
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="signatures")
    sequence = models.PositiveIntegerField()
    signed_at = models.DateTimeField(default=clock.now)
    typed_name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    authenticated_by = models.CharField(max_length=200, help_text="How the signer was known: personal link by mail.")
    intent = models.JSONField(help_text="Label of the box, text of the button, version of the screen.")
    consent_text = models.TextField()
    consent_version = models.CharField(max_length=20)
    consented_at = models.DateTimeField()
    shown_text = models.TextField()
    shown_html = models.TextField()
    shown_sha256 = models.CharField(max_length=64, help_text="SHA-256 of the text's UTF-8 bytes.")
    evidence = models.TextField(help_text="Every fact as canonical JSON: the bytes that are hashed and attached.")
    evidence_sha256 = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    chain_hash = models.CharField(max_length=64, unique=True)
    certificate = models.BinaryField()
    certificate_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering = ["program", "sequence"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "sequence"],
                name="signature_sequence_once_a_program",
                violation_error_message="The program has a signature with this number already.",
            ),
            models.UniqueConstraint(
                fields=["participant", "agreement"],
                name="signature_once_a_version",
                violation_error_message="This version was signed already.",
            ),
        ]
        triggers = append_only("signatures ledger")

    def __str__(self) -> str:
        return f"{self.typed_name}, {self.agreement}"


class SignatureEvent(models.Model):
    """A step on the way to a signature: when, from where, with what. Written with the signature, never changed."""

    signature = models.ForeignKey(Signature, on_delete=models.PROTECT, related_name="events")
    event = models.CharField(max_length=9, choices=EvidenceEvent)
    at = models.DateTimeField()
    ip = models.GenericIPAddressField(null=True)
    user_agent = models.CharField(max_length=400, blank=True)
    session = models.CharField(max_length=64, blank=True, help_text="Hash of the session, not the session itself.")

    class Meta:
        ordering = ["at", "pk"]
        triggers = append_only("signatures ledger")

    def __str__(self) -> str:
        return self.get_event_display()
