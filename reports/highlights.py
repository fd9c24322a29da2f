"""The sentences on page one, suggested from the figures: best, worst, what people say, what comes next. Pure."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from core.enums import Grade, Trend
from core.numbers import format_value
from reports.enums import CriterionKind, Verdict
from reports.headline import HEADLINES, Headline, listed
from reports.material import Material, Reading, Ref

WHEN = "%a %d %b %Y, %H:%M"
OFF_TARGET = {Grade.YELLOW, Grade.RED}


@dataclass(frozen=True, slots=True)
class Highlight:
    """One sentence. Without data, `text` says what is missing."""

    label: str
    text: str
    has_data: bool


def highlights(material: Material) -> dict[str, Highlight]:
    """Return the three sentences of the dashboard, by key: achievement, issue, feedback."""
    return {"achievement": achievement(material), "issue": issue(material), "feedback": feedback(material)}


def achievement(material: Material) -> Highlight:
    """The figure that got better most and is not off target; else one on target; else one that got better at least."""
    known = _with_data(material)
    better = [(h, r) for h, r in known if r.is_better]
    fine = [(h, r) for h, r in better if r.grade not in OFF_TARGET]
    green = [(h, r) for h, r in known if r.grade is Grade.GREEN]
    if fine or (better and not green):
        headline, reading = max(fine or better, key=lambda pair: _change(pair[1]))
        return Highlight("Best", f"{_moved(headline, reading)}{_against_target(reading)}.", has_data=True)
    if green:
        headline, reading = green[0]
        return Highlight("Best", f"{headline.label} is {reading.figure.text}{_against_target(reading)}.", has_data=True)
    return Highlight("Best", "No data yet on what went well.", has_data=False)


def issue(material: Material) -> Highlight:
    """The headline figure that is furthest off target; else the one that got worse most; else that there is none."""
    for bad in (Grade.RED, Grade.YELLOW):
        off = [(h, r) for h, r in _with_data(material) if r.grade is bad]
        if off:
            headline, reading = max(off, key=lambda pair: _excess(pair[1]))
            text = f"{headline.label} is {reading.figure.text}{_against_target(reading)}{_before(reading)}."
            return Highlight("Worst", text, has_data=True)
    known = _with_data(material)
    if not known:
        return Highlight("Worst", "No data yet on what went wrong.", has_data=False)
    worse = [(h, r) for h, r in known if r.is_better is False]
    if worse:
        headline, reading = max(worse, key=lambda pair: _change(pair[1]))
        return Highlight("Worst", f"{_moved(headline, reading)}{_against_target(reading)}.", has_data=True)
    silent = [h.short for h in HEADLINES if material.readings[h.ref].figure.value is None]
    tail = f"; {listed(silent)} {'has' if len(silent) == 1 else 'have'} no data" if silent else ""
    return Highlight("Worst", f"No headline figure is off target or got worse{tail}.", has_data=True)


def feedback(material: Material) -> Highlight:
    """What the survey says, and where it went."""
    reading = material.readings[Ref("satisfaction")]
    figure = reading.figure
    if figure.value is None:
        return Highlight("Feedback", f"No data on satisfaction. {figure.connect}".strip(), has_data=False)
    answers = f" from {figure.count:,} {'answer' if figure.count == 1 else 'answers'}" if figure.count else ""
    return Highlight("Feedback", f"Overall satisfaction is {figure.text}{answers}{_before(reading)}.", has_data=True)


def outlook(material: Material) -> str:
    """What comes next: how far the exit is, and when the next report comes."""
    exits = [criterion for criterion in material.criteria if criterion.kind == CriterionKind.EXIT]
    met = sum(criterion.verdict is Verdict.MET for criterion in exits)
    silent = sum(criterion.verdict is Verdict.NO_DATA for criterion in exits)
    parts = []
    if exits:
        parts.append(f"{met} of {len(exits)} exit criteria met{f', {silent} without data' if silent else ''}")
    parts.append(f"next report {local(material.next_update, material)}" if material.next_update else "the last report")
    sentence = "; ".join(parts)
    return f"{sentence[0].upper()}{sentence[1:]}."


def local(moment: dt.datetime, material: Material) -> str:
    """Write a moment in the program's zone, which it names."""
    return f"{moment.astimezone(material.program.tz):{WHEN}} ({material.program.timezone})"


def _with_data(material: Material) -> list[tuple[Headline, Reading]]:
    pairs = [(headline, material.readings[headline.ref]) for headline in HEADLINES]
    return [(headline, reading) for headline, reading in pairs if reading.figure.value is not None]


def _change(reading: Reading) -> Decimal:
    """The size of the change against the value before; from 0 any change is large."""
    now, before = reading.figure.value, reading.previous.value if reading.previous else None
    if now is None or before is None:
        return Decimal(0)
    return abs(now - before) / abs(before) if before else Decimal("Infinity")


def _excess(reading: Reading) -> Decimal:
    """How many times off its target a figure is; the larger, the worse."""
    value, target = reading.figure.value, reading.target
    if value is None or target is None:
        return Decimal(0)
    if reading.rule == "higher":
        return target / value if value else Decimal("Infinity")
    if reading.rule == "share":
        value, target = 1 - value, 1 - target
    return value / target if target else Decimal("Infinity")


def _moved(headline: Headline, reading: Reading) -> str:
    before = reading.previous.text if reading.previous else format_value(None, reading.figure.unit)
    verb = "rose" if reading.trend is Trend.UP else "fell"
    if reading.is_slight:
        return f"{headline.label} {verb} slightly, to {reading.figure.text}"
    return f"{headline.label} {verb} from {before} to {reading.figure.text}"


def _against_target(reading: Reading) -> str:
    if reading.grade is Grade.GREEN:
        return f", within its target of {reading.target_text}"
    if reading.grade in OFF_TARGET:
        return f", off its target of {reading.target_text}"
    return ""


def _before(reading: Reading) -> str:
    """What it was, where there is a before."""
    words = {Trend.UP: "up from", Trend.DOWN: "down from", Trend.FLAT: "about the same as before:"}
    if reading.trend is Trend.NONE or reading.previous is None:
        return ""
    if reading.is_slight and reading.trend is not Trend.FLAT:
        return f", slightly {reading.trend.label.lower()}"
    return f", {words[reading.trend]} {reading.previous.text}"
