"""Numbers in cells, and scales as headers state them. A scale is never taken from the values that happen to occur."""

import re
from collections.abc import Collection
from decimal import Decimal

# What counts as no answer unless the map says otherwise.
MISSING = ("n/a", "na", "#n/a", "-", "--", "–", "—", "not applicable", "no answer", "keine angabe", "k.a.", "null")

Scale = tuple[Decimal, Decimal]

NUMBER = re.compile(r"[+-]?\d{1,7}(?:[.,]\d{1,6})?")
# As in: on a scale of 1 to 5, (0-10), where 5 is best and 1 is worst.
RANGE = re.compile(
    r"(?:scale|skala|rate|rating|bewert\w*|from|von|between)\D{0,40}?(\d{1,3})\s*(?:-|–|to|bis|through|and|und|\.\.)\s*(\d{1,3})(?!\d)",
    re.IGNORECASE,
)
BRACKETED = re.compile(r"[(\[]\s*(\d{1,3})\s*(?:-|–|to|bis|\.\.)\s*(\d{1,3})\s*[)\]]", re.IGNORECASE)
EXPLAINED = re.compile(
    r"(?<![\w.,])(\d{1,3})\s*(?:=|-|–|:|\bis\b|\bmeans?\b|\bbeing\b|\bist\b)(?!\s*\d)", re.IGNORECASE
)
GOOD = re.compile(
    r"best|excellent|very (satisfied|good|likely|easy)|strongly agree|sehr (gut|zufrieden)|completely", re.IGNORECASE
)
BAD = re.compile(r"\b(not|no|dis\w+|un\w+|nicht)\b", re.IGNORECASE)
NPS = re.compile(r"\b(nps|net promoter)\b", re.IGNORECASE)


def is_missing(cell: str, missing: Collection[str]) -> bool:
    """Whether a cell holds no answer: blank, or one of the words in `missing` (in lower case)."""
    return not cell.strip() or cell.strip().lower() in missing


def number_in(cell: str) -> Decimal | None:
    """Return the number that the cell is, such as `4`, `4.0` or `4,5`; None where it is anything else."""
    text = cell.strip()
    return Decimal(text.replace(",", ".")) if NUMBER.fullmatch(text) else None


def stated_scale(text: str) -> Scale | None:
    """Return the worst and the best end of the scale that a question's text states, or None where it states none."""
    ends: set[int] = set()
    for pattern in (BRACKETED, RANGE):
        match = pattern.search(text)
        if match:
            ends = {int(match[1]), int(match[2])}
            break
    plain = _without_numbering(text)
    ends = ends or {int(end) for end in EXPLAINED.findall(plain)}
    if len(ends) >= 2:
        return _plausible(min(ends), max(ends), plain)
    # The net promoter score is defined as 0 to 10.
    return (Decimal(0), Decimal(10)) if NPS.search(text) else None


def _without_numbering(text: str) -> str:
    return re.sub(r"^\s*(?:Q\s*)?\d+\s*[.):]\s*", "", text)


def _plausible(low: int, high: int, text: str) -> Scale | None:
    if low not in (0, 1) or not high - low >= 2 or high > 100:
        return None
    return (Decimal(high), Decimal(low)) if _is_best(low, text) else (Decimal(low), Decimal(high))


def _is_best(end: int, text: str) -> bool:
    """Whether the text says that this end is the good one, as in "1 = very satisfied"."""
    match = re.search(
        rf"(?<![\w.,]){end}\s*(?:=|-|–|:|\(|\bis\b|\bmeans?\b|\bbeing\b|\bist\b)\s*(\D{{0,40}})", text, re.IGNORECASE
    )
    return bool(match and GOOD.search(match[1]) and not BAD.search(match[1]))
