"""How figures become lights, arrows and one verdict. Pure: no database, no clock.

One reading of "within target" holds everywhere: it is inclusive. Where the documents write "> 4.0" or "< 500 ms", a
score of exactly 4.0 and a latency of exactly 500 ms are green.
"""

from collections.abc import Iterable
from decimal import Decimal

from core.enums import Grade, GradeRule, Overall, Trend
from core.numbers import Number, exact

YELLOW_UP_TO = 2  # times the target, or times the budget
FLAT_SHARE = Decimal("0.01")  # of the previous value
FLAT_POINTS = Decimal("0.001")  # a tenth of a percentage point, for ratios


def grade(value: Number | None, target: Number | None, rule: GradeRule) -> Grade:
    """Return the light of `value` against `target`; ratios are 0..1.

    LATENCY and ERROR_RATIO: green up to the target, yellow up to twice it, red beyond. SHARE: the same for the
    shortfall (1 - value) against the budget (1 - target), so that a target of 0.999 is green from 0.999 and yellow
    from 0.998. ZERO: green at 0, else red. HIGHER: green from the target, yellow from half of it, red below.

    No value is NO_DATA under every rule. INFO, and a rule whose target is not set, judge nothing: the light is INFO.
    Raises ValueError for a share or error ratio whose target is not within 0..1: somebody wrote 99.9 for 0.999.
    """
    if value is None:
        return Grade.NO_DATA
    number = exact(value)
    if rule is GradeRule.ZERO:
        return Grade.RED if number else Grade.GREEN
    if rule is GradeRule.INFO or target is None:
        return Grade.INFO
    goal = exact(target)
    if rule in {GradeRule.SHARE, GradeRule.ERROR_RATIO} and not 0 <= goal <= 1:
        raise ValueError(f"A target of {target} is not a ratio; write 99.9% as 0.999.")
    if rule is GradeRule.HIGHER:
        return _three(green=number >= goal, yellow=number >= goal / YELLOW_UP_TO)
    if rule is GradeRule.SHARE:
        number, goal = 1 - number, 1 - goal
    return _three(green=number <= goal, yellow=number <= goal * YELLOW_UP_TO)


def trend(current: Number | None, previous: Number | None, *, is_percent: bool = False) -> Trend:
    """Return where a figure went. Flat is a change of at most 1% of the previous value.

    With `is_percent` the two are ratios and flat is at most a tenth of a percentage point. From 0 any change is up or
    down. Without both values there is no arrow: NONE.
    """
    if current is None or previous is None:
        return Trend.NONE
    change = exact(current) - exact(previous)
    slack = FLAT_POINTS if is_percent else abs(exact(previous)) * FLAT_SHARE
    if abs(change) <= slack:
        return Trend.FLAT
    return Trend.UP if change > 0 else Trend.DOWN


def overall(headline: Iterable[Grade], *, open_p0: int, open_p1: int, frozen: bool) -> Overall:
    """Return the verdict on a program; the worst that applies wins.

    CRITICAL: an open P0 or a red headline figure. DEGRADED: an open P1, a freeze or a yellow one. HEALTHY: every
    figure has data and is green. UNKNOWN: the rest, also without any figure to judge. Figures for information (INFO)
    have no say; one that is without data is NO_DATA like any other and keeps the program from being called healthy.
    """
    lights = [light for light in headline if light is not Grade.INFO]
    if open_p0 > 0 or Grade.RED in lights:
        return Overall.CRITICAL
    if open_p1 > 0 or frozen or Grade.YELLOW in lights:
        return Overall.DEGRADED
    if lights and all(light is Grade.GREEN for light in lights):
        return Overall.HEALTHY
    return Overall.UNKNOWN


def _three(*, green: bool, yellow: bool) -> Grade:
    if green:
        return Grade.GREEN
    return Grade.YELLOW if yellow else Grade.RED
