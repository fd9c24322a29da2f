"""The five headline figures, and the verdict on the program that rests on them. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core import grading
from core.enums import Grade, GradeRule, Overall
from reports.material import Material, Reading, Ref

REASON_LENGTH = 160  # In the subject of a mail; longer ones are cut by most mail programs anyway.


@dataclass(frozen=True, slots=True)
class Headline:
    """One headline figure: its names in a table and in a sentence, and which way is better."""

    key: str
    label: str
    short: str
    rule: GradeRule

    @property
    def ref(self) -> Ref:
        return Ref(self.key)


HEADLINES = (
    Headline("uptime", "Uptime", "uptime", GradeRule.SHARE),
    Headline("error_rate", "Error rate", "error rate", GradeRule.ERROR_RATIO),
    Headline("latency_p95", "Response time (p95)", "p95", GradeRule.LATENCY),
    Headline("active_users", "Active users", "active users", GradeRule.HIGHER),
    Headline("satisfaction", "Satisfaction score", "satisfaction", GradeRule.HIGHER),
)
RULES: Mapping[str, GradeRule] = {headline.key: headline.rule for headline in HEADLINES}


@dataclass(frozen=True, slots=True)
class Standing:
    """The verdict and what it rests on. `reason` fits a subject line; `unknown` names what had no say."""

    overall: Overall
    reason: str
    unknown: Sequence[str]


def standing(material: Material) -> Standing:
    """Return the verdict on the program.

    Bugs that are not tracked yet have no say, and are named in `unknown`; as soon as they are, they count.
    """
    lights = [(headline, material.readings[headline.ref]) for headline in HEADLINES]
    overall, reason = judge(
        lights,
        open_p0=int(material.open_p0.value or 0),
        open_p1=int(material.open_p1.value or 0),
        frozen=bool(material.frozen_because),
    )
    unknown = [headline.short for headline, reading in lights if reading.grade is Grade.NO_DATA]
    if overall is Overall.UNKNOWN:
        unknown = []  # The reason names them.
    if material.open_p0.value is None or material.open_p1.value is None:
        unknown.append("open P0 and P1 bugs")
    return Standing(overall, reason[:REASON_LENGTH], unknown)


def judge(
    lights: Sequence[tuple[Headline, Reading]],
    *,
    open_p0: int,
    open_p1: int,
    frozen: bool,
    told: Callable[[Headline, Reading], str] = lambda headline, reading: f"{headline.short} {reading.figure.text}",
) -> tuple[Overall, str]:
    """Return the verdict that the lights give together, and why in a few words; `told` words one figure."""
    overall = grading.overall([reading.grade for _, reading in lights], open_p0=open_p0, open_p1=open_p1, frozen=frozen)
    if overall is Overall.HEALTHY:
        return overall, "every headline figure is on target"
    if overall is Overall.UNKNOWN:
        missing = [headline.short for headline, reading in lights if reading.grade is Grade.NO_DATA]
        return overall, f"no data on {listed(missing)}" if missing else "no target is set"
    if overall is Overall.CRITICAL:
        decisive, reasons = Grade.RED, _bugs(open_p0, "P0")
    else:
        decisive, reasons = Grade.YELLOW, _bugs(open_p1, "P1") + (["frozen"] if frozen else [])
    reasons += [told(headline, reading) for headline, reading in lights if reading.grade is decisive]
    return overall, listed(reasons)


def _bugs(count: int, priority: str) -> list[str]:
    return [f"{count} open {priority} {'bug' if count == 1 else 'bugs'}"] if count else []


def listed(names: Sequence[str]) -> str:
    """Write "a", "a and b", "a, b and c"."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1] if names else "") if part)
