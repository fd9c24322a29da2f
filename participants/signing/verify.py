"""Check a sealed certificate: its seal, that the seal covers every byte, and that it carries the evidence it should."""

import io
import logging

from asn1crypto.parser import peek
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

from participants.signing.certificate import EVIDENCE_FILE
from participants.signing.seal import FIELD, load_seal

# The library logs each broken seal with a stack trace; here a broken seal is an answer, not an accident.
logging.getLogger("pyhanko.sign.validation").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)


def seal_problem(pdf: bytes) -> str:
    """Say in a few words what is wrong with a certificate's seal; an empty text when nothing is."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        seals = [seal for seal in reader.embedded_signatures if seal.field_name == FIELD]
        if len(seals) != 1:
            return "it does not carry the portal's seal"
        status = validate_pdf_signature(seals[0], signer_validation_context=_trust())
    except (PdfError, SuspiciousModification, SigningError, SignatureValidationError, ValueError, KeyError) as error:
        return f"it cannot be read as a sealed PDF ({type(error).__name__})"
    return _fault(seals[0], status)


def _fault(seal: EmbeddedPdfSignature, status: PdfSignatureStatus) -> str:
    if not status.intact or not status.valid:
        return "its bytes differ from what was sealed"
    if not status.trusted:
        return "its seal is by a key that is not the portal's"
    if status.coverage != SignatureCoverageLevel.ENTIRE_FILE:
        return "something was appended after it was sealed"
    # The room that was reserved for the seal is the one place that the seal does not cover.
    if seal.pkcs7_content[peek(seal.pkcs7_content) :].strip(b"\x00"):
        return "something was written behind its seal"
    return ""


def attached_evidence(pdf: bytes) -> str:
    """Return the evidence document that the certificate carries. Raises ValueError where there is none."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        names = list(reader.root["/Names"]["/EmbeddedFiles"]["/Names"])
        for name, specification in zip(names[0::2], names[1::2], strict=True):
            if str(name) == EVIDENCE_FILE:
                content: bytes = specification.get_object()["/EF"]["/F"].data
                return content.decode()
    except (PdfError, KeyError, UnicodeDecodeError) as error:
        raise ValueError("The certificate cannot be read.") from error
    raise ValueError("The certificate carries no evidence.")


def _trust() -> ValidationContext:
    return ValidationContext(trust_roots=list(load_seal().trusted), allow_fetching=False)
