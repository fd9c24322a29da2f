"""A week of a figure as a small line. Pure: values in, coordinates out; the template draws them."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 112
HEIGHT = 28
PAD = 4


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`lines` are SVG point lists, one for each unbroken run of days; `dots` are days alone between two gaps."""

    lines: list[str]
    dots: list[tuple[str, str]]
    last: tuple[str, str] | None
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def is_empty(self) -> bool:
        return not self.lines and not self.dots


def sparkline(values: Sequence[Decimal | None]) -> Sparkline:
    """Draw the values from left to right, the smallest at the bottom. A day without data leaves a gap, never a zero."""
    known = [value for value in values if value is not None]
    if not known:
        return Sparkline([], [], None)
    low, span = min(known), max(known) - min(known)
    step = Decimal(WIDTH - 2 * PAD) / max(len(values) - 1, 1)

    def point(index: int, value: Decimal) -> tuple[str, str]:
        height = (value - low) / span if span else Decimal("0.5")
        return f"{PAD + index * step:.1f}", f"{HEIGHT - PAD - height * (HEIGHT - 2 * PAD):.1f}"

    runs: list[list[tuple[str, str]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append(point(index, value))
    lines = [" ".join(f"{x},{y}" for x, y in run) for run in runs if len(run) > 1]
    dots = [run[0] for run in runs if len(run) == 1]
    last = next((run[-1] for run in reversed(runs) if run), None)
    return Sparkline(lines, dots, last)
