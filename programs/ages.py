"""Ages and dates as people say them. Pure: the present moment is given."""

import datetime as dt
from zoneinfo import ZoneInfo


def age(moment: dt.datetime | None, at: dt.datetime) -> str:
    """Return how long ago `moment` was, in one short unit: “now”, “5 min”, “3 h”, “3 d”, “4 weeks”, “5 months”.

    None reads “never”; a moment to come is written by its distance as well.
    """
    if moment is None:
        return "never"
    return _span(abs((at - moment).total_seconds()))


def ago(moment: dt.datetime | None, at: dt.datetime) -> str:
    """Return when it was or will be: “just now”, “3 h ago”, “in 2 d”, “never”."""
    text = age(moment, at)
    if moment is None or text == "now":
        return "just now" if moment else text
    return f"{text} ago" if moment <= at else f"in {text}"


def _span(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return "now"
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h"
    days = minutes // (24 * 60)
    if days < 21:
        return f"{days} d"
    return f"{days // 7} weeks" if days < 70 else f"{days // 30} months"


def clock_time(moment: dt.datetime, at: dt.datetime, zone: ZoneInfo) -> str:
    """Return when it was, as short as is clear: “14:02” today, “20 Nov 14:02” before, else with the year."""
    local, today = moment.astimezone(zone), at.astimezone(zone).date()
    if local.date() == today:
        return f"{local:%H:%M}"
    if local.year == today.year:
        return f"{local.day} {local:%b %H:%M}"
    return f"{local.day} {local:%b %Y %H:%M}"
