"""The certificate: the evidence for people to read, the whole text, and the evidence file attached.

A PDF/A-3a for archives, and PDF/UA-1, so that it can be read aloud.
"""

import datetime as dt
import json
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

from participants.exceptions import CertificateFailed
from participants.signing.markdown import render_blocks

FOLDER = Path(__file__).resolve().parent.parent / "typst"
EVIDENCE_FILE = "evidence.json"
# What no shipped font draws: unassigned, private and lone halves of pairs; beyond plane 1 also rare ideographs.
UNDRAWABLE = frozenset({"Cn", "Co", "Cs", "Cc"})
LAST_DRAWN = 0x1FFFF
LAST_BASIC = 0xFFFF


def certificate_pdf(*, evidence: str, evidence_sha256: str, chain_hash: str, shown_text: str) -> bytes:
    """Return the unsealed PDF. `evidence` is the canonical JSON, attached to it byte for byte.

    Everything that the certificate states is read from that document. Names may be in any script: a character that no
    shipped font draws is written as its code, such as [U+E000]. Raises `CertificateFailed`.
    """
    facts = json.loads(evidence)
    shown = {
        "facts": facts,
        "blocks": render_blocks(shown_text),
        "evidence_sha256": evidence_sha256,
        "chain_hash": chain_hash,
    }
    try:
        return _compile(_drawable(shown, LAST_DRAWN), evidence)
    except typst.TypstError:
        # A character of plane 1 that the fonts lack: state everything beyond the basic plane as codes.
        try:
            return _compile(_drawable(shown, LAST_BASIC), evidence)
        except typst.TypstError as error:
            raise CertificateFailed(f"The certificate was not made: {error}") from error


def drawable(text: str, last: int = LAST_DRAWN) -> str:
    """Return the text with each character that no shipped font draws written as its code."""
    return "".join(
        f"[U+{ord(c):04X}]" if c not in "\n\t" and (ord(c) > last or unicodedata.category(c) in UNDRAWABLE) else c
        for c in text
    )


def _drawable(value: Any, last: int) -> Any:
    if isinstance(value, str):
        return drawable(value, last)
    if isinstance(value, Mapping):
        return {key: _drawable(item, last) for key, item in value.items()}
    if isinstance(value, list):
        return [_drawable(item, last) for item in value]
    return value


def _compile(shown: Mapping[str, Any], evidence: str) -> bytes:
    # Unlike `core.typst` this never falls back to the system's fonts or to a PDF outside of the standards: the
    # certificate of one signature looks the same wherever it is made.
    compiler = typst.Compiler(
        (FOLDER / "certificate.typ").read_bytes(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(shown, ensure_ascii=False), "evidence": evidence},
    )
    signed_at = dt.datetime.fromisoformat(shown["facts"]["signed_at"]).replace(microsecond=0)
    return cast("bytes", compiler.compile(format="pdf", pdf_standards=["a-3a", "ua-1"], timestamp=signed_at))


@cache
def _fonts() -> typst.Fonts:
    """Read the font files once in a process; that takes longer than a page."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[FOLDER / "fonts"])
