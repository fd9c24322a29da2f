"""The demo's survey answers, as the CSV file that a form tool would export. Pure and deterministic."""

import csv
import datetime as dt
import io
import random
from zoneinfo import ZoneInfo

from betaportal.demo.people import Persona

NAME = "Beta pulse"
FILE_NAME = "beta-pulse.csv"

# Header of the column -> the satisfaction question it answers, and the mean that the demo's people lean to.
QUESTIONS = {
    "Overall, how satisfied are you? (1-5)": ("overall", 4.3),
    "How easy is AccuBooks to use? (1-5)": ("ease_of_use", 4.1),
    "Does it have the features you need? (1-5)": ("completeness", 3.6),
    "How do you rate its performance? (1-5)": ("performance", 3.7),
    "How do you rate our support? (1-5)": ("support", 4.7),
}
COMMENT = "What should we change first?"
COMMENTS = (
    "Forecasts were slow on two days, fine again since.",
    "Exports with more than 1,000 rows, please.",
    "Love the trust layer. I see where each number comes from.",
    "The month-end checklist saves me an hour.",
    "Bank import needs a clearer error when the file has a wrong date.",
    "",
)
# One round a week, by day of the program (0 is the first).
ROUNDS = (5, 12, 19, 26)
ANSWERS_CHANCE = 0.75


def file(people: tuple[Persona, ...], *, days: list[dt.date], tz: ZoneInfo, until: dt.datetime, seed: int) -> bytes:
    """Return the survey file: UTF-8, comma, one header row, timestamps in program time."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["Timestamp", *QUESTIONS, COMMENT])
    for round_day in ROUNDS:
        for person in people:
            dice = random.Random(f"{seed}:survey:{round_day}:{person.email}")  # noqa: S311 - a story, not a secret
            moment = dt.datetime.combine(days[round_day], dt.time(9), tzinfo=tz)
            moment += dt.timedelta(minutes=dice.randrange(0, 60 * 9))
            joined = person.signs and person.joins < round_day
            if joined and dice.random() < ANSWERS_CHANCE and moment <= until:
                writer.writerow([f"{moment:%Y-%m-%d %H:%M:%S}", *_ratings(dice), dice.choice(COMMENTS)])
    return out.getvalue().encode()


def _ratings(dice: random.Random) -> list[int]:
    return [min(5, max(1, round(dice.gauss(mean, 0.7)))) for _, mean in QUESTIONS.values()]
