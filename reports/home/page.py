"""The program home, put together from its parts."""

import datetime as dt
from dataclasses import dataclass

from core import clock
from metrics.selectors import figure
from participants.selectors import SeatCounts, seat_counts
from programs.enums import ProgramState
from programs.models import Program
from programs.selectors import freezes_in_force
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
    program: Program
    frozen: bool
    tiles: list[Tile]
    needs: list[needs.Need]
    rows: list[headline.Row]
    verdict: headline.Verdict
    moments: list[timeline.Moment]
    more_moments: bool
    guide: list[guide.Step]
    next_report: outlook.NextReport
    first: dt.date
    last: dt.date


def home(program: Program) -> Home:
    """Read everything that the home of this program shows."""
    seats = seat_counts(program)
    frozen = bool(freezes_in_force(program))
    rows = headline.headline(program)
    moments, more = timeline.timeline(program)
    is_draft = program.state == ProgramState.DRAFT
    first, last = headline.period(program)
    return Home(
        program=program,
        frozen=frozen,
        tiles=_tiles(program, seats),
        needs=needs.needs(program, seats),
        rows=rows,
        verdict=headline.verdict(rows, frozen=frozen),
        moments=moments,
        more_moments=more,
        guide=guide.guide(program, seats) if is_draft else [],
        next_report=outlook.next_report(program, at=clock.now()),
        first=first,
        last=last,
    )


def _tiles(program: Program, seats: SeatCounts) -> list[Tile]:
    first, last = headline.period(program)
    signed = seats.active + seats.suspended
    joined = signed + seats.accepted
    active = figure(program=program, key="active_users", first=first, last=last)
    people = "participants.participant"
    return [
        Tile("Seats", f"{seats.held}/{seats.cap}", links.rows(people), 100 * seats.held // max(seats.cap, 1)),
        Tile("Signed", f"{signed}/{joined}", links.rows("participants.signature")),
        Tile("Active, 7 days", active.text, active.href or links.rows("metrics.dailymetric")),
        Tile("Invites out", str(seats.invited), links.rows(people, state__exact="invited")),
        Tile("Waitlist", str(seats.waiting), links.rows(people, state__exact="waitlisted")),
    ]
