"""The program home, put together from its parts."""

import datetime as dt
from dataclasses import dataclass

from core import clock
from participants.selectors import SeatCounts, seat_counts
from programs.enums import ProgramState
from programs.models import Program
from programs.selectors import freezes_in_force
from reports.figures import Figures
from reports.home import guide, headline, links, needs, outlook, timeline


@dataclass(frozen=True, slots=True)
class Tile:
    """A small figure that is a link; `share` is 0..100 for a meter, None for none."""

    label: str
    value: str
    href: str
    share: int | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """Everything that the page shows. `guide` is empty once the program is live; then `verdict` is shown instead."""

    program: Program
    frozen: bool
    tiles: list[Tile]
    needs: list[needs.Need]
    rows: list[headline.Row]
    verdict: headline.Verdict
    moments: list[timeline.Moment]
    more_moments: bool
    guide: list[guide.Step]
    progress: list[outlook.Progress]
    next_report: outlook.NextReport
    first: dt.date
    last: dt.date


def home(program: Program) -> Home:
    """Read everything that the home of this program shows."""
    figures = Figures(program)
    seats = seat_counts(program)
    freezes = freezes_in_force(program)
    rows = headline.rows(program, figures)
    moments, more = timeline.timeline(program)
    first, last = headline.period(program)
    return Home(
        program=program,
        frozen=bool(freezes),
        tiles=_tiles(program, seats, figures),
        needs=needs.needs(program, seats, freezes),
        rows=rows,
        verdict=headline.verdict(rows, frozen=bool(freezes)),
        moments=moments,
        more_moments=more,
        guide=guide.guide(program, seats) if program.state == ProgramState.DRAFT else [],
        progress=outlook.progress(figures, last),
        next_report=outlook.next_report(program, at=clock.now()),
        first=first,
        last=last,
    )


def _tiles(program: Program, seats: SeatCounts, figures: Figures) -> list[Tile]:
    signed = seats.active + seats.suspended
    active = figures.get("active_users", "", *headline.period(program))
    people = "participants.participant"
    return [
        Tile("Seats", f"{seats.held}/{seats.cap}", links.rows(people), 100 * seats.held // max(seats.cap, 1)),
        Tile("Signed", f"{signed}/{signed + seats.accepted}", links.rows("participants.signature")),
        Tile("Active, 7 days", active.text, active.href or links.rows("metrics.dailymetric")),
        Tile("Invites out", str(seats.invited), links.rows(people, state__exact="invited")),
        Tile("Waitlist", str(seats.waiting), links.rows(people, state__exact="waitlisted")),
    ]
