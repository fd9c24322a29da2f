"""The seal: a PAdES B-B signature of the portal over each certificate, by an EC P-256 key of its own.

The key and its self-signed certificate are made once, under `VAR_DIR/seal/`. `SEAL_KEY_FILE` and `SEAL_CERT_FILE`
replace them by ones of an operator. The certificate file may hold several: the first belongs to the key, the others are
retired ones whose seals stay valid.
"""

import datetime as dt
import io
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from asn1crypto import keys, pem, x509
from cryptography import x509 as build
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.conf import settings
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from participants.exceptions import CertificateFailed

LIFETIME = dt.timedelta(days=20 * 365)
FIELD = "BetaportalSeal"


@dataclass(frozen=True)
class Seal:
    """The private key, its certificate, and every certificate whose seals are trusted."""

    key: keys.PrivateKeyInfo
    certificate: x509.Certificate
    trusted: tuple[x509.Certificate, ...]


def seal(pdf: bytes, *, reason: str) -> bytes:
    """Return the PDF with the portal's seal over all of it. Raises `CertificateFailed` when the key cannot be used."""
    own = load_seal()
    store = SimpleCertificateStore()
    store.register_multiple(own.trusted)
    signer = signers.SimpleSigner(signing_cert=own.certificate, signing_key=own.key, cert_registry=store)
    metadata = signers.PdfSignatureMetadata(
        field_name=FIELD, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES, reason=reason
    )
    sealed = signers.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), metadata, signer=signer)
    content: bytes = sealed.getvalue()
    return content


def load_seal() -> Seal:
    """Read the key and the certificates; make them on first use. Raises `CertificateFailed`, naming the file."""
    key_file, cert_file = _files()
    try:
        key_pem, cert_pem = key_file.read_bytes(), cert_file.read_bytes()
        blocks = [der for kind, _, der in pem.unarmor(key_pem, multiple=True) if kind == "PRIVATE KEY"]
        certificates = tuple(
            x509.Certificate.load(der) for kind, _, der in pem.unarmor(cert_pem, multiple=True) if kind == "CERTIFICATE"
        )
        return Seal(key=keys.PrivateKeyInfo.load(blocks[0]), certificate=certificates[0], trusted=certificates)
    except (OSError, ValueError, IndexError) as error:
        raise CertificateFailed(
            f"The seal's key {key_file} or certificate {cert_file} cannot be read: {error}. "
            "Both are PEM; the key is PKCS#8 without a password."
        ) from error


def _files() -> tuple[Path, Path]:
    key, certificate = settings.SEAL_KEY_FILE, settings.SEAL_CERT_FILE
    if key and certificate:
        return Path(key), Path(certificate)
    own = Path(settings.VAR_DIR) / "seal" / "seal.pem"
    if not own.exists():
        _make(own)
    return own, own


def _make(path: Path) -> None:
    """Write key and certificate as one file that appears whole or not at all; of two makers at once one wins."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(_new_pem())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink()


def _new_pem() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = build.Name(
        [
            build.NameAttribute(NameOID.COMMON_NAME, "Betaportal certificate seal"),
            build.NameAttribute(NameOID.SERIAL_NUMBER, secrets.token_hex(8)),
        ]
    )
    now = dt.datetime.now(dt.UTC)
    usage = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    certificate = (
        build.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(build.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + LIFETIME)
        .add_extension(build.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(build.KeyUsage(digital_signature=True, content_commitment=True, **usage), critical=True)
        .add_extension(build.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ) + certificate.public_bytes(serialization.Encoding.PEM)
