"""How criteria are judged. Pure: no database, no clock."""

from collections.abc import Iterable
from decimal import Decimal

from core import grading
from core.enums import Grade, GradeRule
from core.numbers import Number, exact, format_value, ratio
from reports.enums import Verdict

RELATION = {
    GradeRule.HIGHER: "≥ ",
    GradeRule.SHARE: "≥ ",
    GradeRule.LATENCY: "≤ ",
    GradeRule.ERROR_RATIO: "≤ ",
    GradeRule.ZERO: "",
}


def light(value: Number | None, target: Number | None, rule: str) -> Grade:
    """Return the light of a figure; a target that the rule cannot use, such as 99.9 for 0.999, gives no data."""
    try:
        return grading.grade(value, target, GradeRule(rule))
    except ValueError:
        return Grade.NO_DATA


def verdict(value: Number | None, target: Number | None, rule: str) -> Verdict:
    """Return whether a criterion is met: exactly where its light is green. Without data it is not met, and says so."""
    lit = light(value, target, rule)
    if lit is Grade.NO_DATA:
        return Verdict.NO_DATA
    return Verdict.MET if lit is Grade.GREEN else Verdict.NOT_MET


def closeness(value: Number | None, target: Number | None, rule: str) -> Decimal | None:
    """Return how far a criterion is on its way, 0..1, where 1 is met; None without data.

    Higher is better: the share of the target. Lower is better: the target's share of the value; for a share near 1 the
    same of the shortfalls. Must be zero: all or nothing.
    """
    outcome = verdict(value, target, rule)
    if value is None or target is None or outcome is Verdict.NO_DATA:
        return None
    if outcome is Verdict.MET:
        return Decimal(1)
    number, goal = exact(value), exact(target)
    if rule == GradeRule.ZERO:
        return Decimal(0)
    if rule == GradeRule.HIGHER:
        return max(ratio(number, goal) or Decimal(0), Decimal(0))
    if rule == GradeRule.SHARE:
        number, goal = 1 - number, 1 - goal
    return ratio(goal, number)


def progress(verdicts: Iterable[Verdict]) -> Decimal | None:
    """Return the share of criteria that are met, 0..1; None where none has data. One without data is not met."""
    outcomes = list(verdicts)
    if all(outcome is Verdict.NO_DATA for outcome in outcomes):
        return None
    return ratio(sum(outcome is Verdict.MET for outcome in outcomes), len(outcomes))


def is_better(change: int, rule: str) -> bool | None:
    """Return whether a figure that went up (1) or down (-1) got better; None where it did neither, or rules nothing."""
    if not change or rule == GradeRule.INFO:
        return None
    return (change > 0) == (rule in {GradeRule.HIGHER, GradeRule.SHARE})


def is_usable(target: Number, rule: str) -> bool:
    """Return whether the rule can judge by this target: a share is written as 0 to 1."""
    return light(target, target, rule) is not Grade.NO_DATA


def target_text(target: Decimal | None, rule: str, unit: str) -> str:
    """Write a target such as "≥ 99.90%"; empty where there is none."""
    if target is None:
        return ""
    return f"{RELATION.get(GradeRule(rule), '')}{format_value(target, unit)}"
