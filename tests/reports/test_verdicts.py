"""How criteria are judged: every rule with data on both sides of its line, and without."""

from decimal import Decimal

import pytest

from core.enums import GradeRule
from reports.enums import Verdict
from reports.verdicts import closeness, is_better, is_usable, progress, target_text, verdict

MET, NOT_MET, NO_DATA = Verdict.MET, Verdict.NOT_MET, Verdict.NO_DATA
HIGHER, LATENCY, SHARE, ERROR, ZERO = (
    GradeRule.HIGHER,
    GradeRule.LATENCY,
    GradeRule.SHARE,
    GradeRule.ERROR_RATIO,
    GradeRule.ZERO,
)

CASES = [
    (HIGHER, "4.0", "4.0", MET, "1"),
    (HIGHER, "3.0", "4.0", NOT_MET, "0.75"),
    (HIGHER, "0", "4.0", NOT_MET, "0"),
    (LATENCY, "500", "500", MET, "1"),
    (LATENCY, "1000", "500", NOT_MET, "0.5"),
    (LATENCY, "5", "4", NOT_MET, "0.8"),
    (SHARE, "0.999", "0.999", MET, "1"),
    (SHARE, "0.998", "0.999", NOT_MET, "0.5"),
    (ERROR, "0.001", "0.001", MET, "1"),
    (ERROR, "0.004", "0.001", NOT_MET, "0.25"),
    (ZERO, "0", "0", MET, "1"),
    (ZERO, "3", "0", NOT_MET, "0"),
]


@pytest.mark.parametrize(("rule", "value", "target", "outcome", "way"), CASES)
def test_verdict_and_closeness(rule: str, value: str, target: str, outcome: Verdict, way: str) -> None:
    assert verdict(Decimal(value), Decimal(target), rule) is outcome
    assert closeness(Decimal(value), Decimal(target), rule) == Decimal(way)


@pytest.mark.parametrize("rule", [HIGHER, LATENCY, SHARE, ERROR, ZERO])
def test_without_data_nothing_is_met(rule: str) -> None:
    assert verdict(None, Decimal(0), rule) is NO_DATA
    assert closeness(None, Decimal(0), rule) is None


@pytest.mark.parametrize("rule", [SHARE, ERROR])
def test_a_share_written_as_percent_judges_nothing(rule: str) -> None:
    assert verdict(Decimal("0.9995"), Decimal("99.9"), rule) is NO_DATA
    assert not is_usable(Decimal("99.9"), rule)
    assert is_usable(Decimal("0.999"), rule)


def test_progress_counts_criteria_without_data_as_not_met() -> None:
    assert progress([MET, NOT_MET, NO_DATA, MET]) == Decimal("0.5")
    assert progress([]) is None
    assert progress([NO_DATA, NO_DATA]) is None


@pytest.mark.parametrize(
    ("change", "rule", "better"),
    [
        (1, HIGHER, True),
        (-1, HIGHER, False),
        (1, LATENCY, False),
        (-1, ERROR, True),
        (1, SHARE, True),
        (0, SHARE, None),
    ],
)
def test_whether_a_change_is_for_the_better(change: int, rule: str, better: bool | None) -> None:
    assert is_better(change, rule) is better


def test_targets_are_written_with_their_relation() -> None:
    assert target_text(Decimal("0.999"), SHARE, "ratio") == "≥ 99.90%"
    assert target_text(Decimal(500), LATENCY, "ms") == "≤ 500 ms"
    assert target_text(Decimal(0), ZERO, "count") == "0"
    assert target_text(None, HIGHER, "count") == ""
