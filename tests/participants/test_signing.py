"""The pure parts of signing: evidence, Markdown, certificate, seal."""

import datetime as dt
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from participants.exceptions import CertificateFailed
from participants.signing import evidence, markdown
from participants.signing.certificate import drawable
from participants.signing.seal import load_seal, seal
from participants.signing.verify import attached_evidence, seal_problem
from tests.participants.certificates import certificate


@pytest.fixture
def var_dir(settings: Any, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def test_the_same_facts_give_the_same_text_whatever_their_order() -> None:
    assert evidence.canonical({"b": 1, "a": "ü"}) == evidence.canonical({"a": "ü", "b": 1}) == '{"a":"ü","b":1}'


def test_moments_are_written_in_utc_to_the_microsecond() -> None:
    berlin = dt.timezone(dt.timedelta(hours=2))
    assert evidence.moment(dt.datetime(2026, 5, 1, 10, 0, 0, 7, tzinfo=berlin)) == "2026-05-01T08:00:00.000007Z"


@pytest.mark.parametrize("other", [("x", 1, "e"), ("p", 2, "e"), ("p", 1, "f")])
def test_a_link_covers_what_is_before_its_place_and_the_evidence(other: tuple[str, int, str]) -> None:
    assert evidence.link("p", 1, "e") != evidence.link(*other)


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("# One\n\n## Two", "<h2>One</h2>\n<h3>Two</h3>"),
        ("**bold** *em*", "<p><strong>bold</strong> <em>em</em></p>"),
        ("<b onclick=x>hi</b>", "<p>&lt;b onclick=x&gt;hi&lt;/b&gt;</p>"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>"),
        ("[x](https://e.org)", '<p><a href="https://e.org" rel="noopener noreferrer">x</a></p>'),
    ],
)
def test_markdown_becomes_html_that_holds_no_markup_of_its_own(source: str, html: str) -> None:
    assert markdown.render_html(source).strip() == html


def test_blocks_carry_the_marks_of_each_run() -> None:
    (paragraph,) = markdown.render_blocks("a **b** [c](https://e.org)")
    runs = [(run["text"], run["strong"], run["href"]) for run in paragraph["children"]]
    assert runs == [("a ", False, ""), ("b", True, ""), (" ", False, ""), ("c", False, "https://e.org")]


def test_what_no_font_draws_is_written_as_its_code() -> None:
    assert drawable("Zoë 張 😀 \ue000\U00020000") == "Zoë 張 😀 [U+E000][U+20000]"


@pytest.mark.parametrize(
    "body", ["| a | b |\n|---|---|\n| 1 | 2 |", "> q\n\n1. x\n   - y\n\n```\ncode\n```\n\n---", "text" * 50_000]
)
def test_whatever_markdown_holds_a_certificate_is_made_of_it(body: str) -> None:
    assert certificate(body=body).startswith(b"%PDF")


def test_the_key_is_made_once_and_for_its_owner_alone(var_dir: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        seals = list(threads.map(lambda _: load_seal(), range(8)))
    assert len({one.certificate.sha256 for one in seals}) == 1
    assert (var_dir / "seal" / "seal.pem").stat().st_mode & 0o777 == 0o600
    assert [file.name for file in (var_dir / "seal").iterdir()] == ["seal.pem"]


def test_a_sealed_certificate_is_whole(var_dir: Path) -> None:
    sealed = seal(certificate(), reason="test")
    assert seal_problem(sealed) == ""
    assert "Maria Berg" in attached_evidence(sealed)


def test_one_flipped_byte_anywhere_breaks_the_seal(var_dir: Path) -> None:
    sealed = seal(certificate(), reason="test")
    behind_the_seal = sealed.rfind(b"00>") + 1
    for place in [behind_the_seal, *range(20, len(sealed), len(sealed) // 25)]:
        flipped = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        assert seal_problem(flipped) != "", place


def test_an_unsealed_certificate_is_named(var_dir: Path) -> None:
    assert "does not carry" in seal_problem(certificate())


def test_the_seal_of_another_portal_is_named(settings: Any, var_dir: Path, tmp_path: Path) -> None:
    sealed = seal(certificate(), reason="test")
    settings.VAR_DIR = tmp_path / "other"
    assert "not the portal's" in seal_problem(sealed)


def test_an_operator_brings_a_key_and_keeps_a_retired_one_trusted(settings: Any, var_dir: Path, tmp_path: Path) -> None:
    old = seal(certificate(), reason="test")
    shutil.move(var_dir / "seal" / "seal.pem", tmp_path / "old.pem")
    load_seal()
    new_pem = (var_dir / "seal" / "seal.pem").read_text()
    retired = (tmp_path / "old.pem").read_text().partition("-----BEGIN CERTIFICATE")
    (tmp_path / "certs.pem").write_text(new_pem + retired[1] + retired[2])
    settings.SEAL_KEY_FILE, settings.SEAL_CERT_FILE = str(var_dir / "seal" / "seal.pem"), str(tmp_path / "certs.pem")
    assert (seal_problem(old), seal_problem(seal(certificate(), reason="new"))) == ("", "")


def test_a_key_that_cannot_be_read_is_named(var_dir: Path) -> None:
    (var_dir / "seal").mkdir()
    (var_dir / "seal" / "seal.pem").write_text("nothing")
    with pytest.raises(CertificateFailed, match=r"seal\.pem"):
        seal(certificate(), reason="test")
