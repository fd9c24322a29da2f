"""Secrets that we hand out."""

import re

from core import tokens


def test_tokens_are_long_urlsafe_and_never_the_same() -> None:
    seen = {tokens.new_token() for _ in range(100)}
    assert len(seen) == 100
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in seen)


def test_a_key_says_what_it_is() -> None:
    assert re.fullmatch(r"bp_ingest_[A-Za-z0-9_-]{43}", tokens.new_key("bp_ingest"))


def test_a_token_is_stored_as_its_sha256() -> None:
    assert tokens.hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


def test_secrets_are_compared_whole() -> None:
    assert tokens.constant_time_equal("ä", "ä")
    assert not tokens.constant_time_equal("a", "ab")
