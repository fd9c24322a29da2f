"""Every metric, declared once: what it is called, how it is computed in words, and how its days combine.

`stored` metrics have rows in `DailyMetric`, written by the aggregation. The others are read from those rows, or from
`DailyActivity`. Change a formula and raise its version: each stored row says by which version it was computed.
"""

from dataclasses import dataclass

from core.enums import GradeRule
from metrics.enums import Combine

CONNECT_EVENTS = "Connect the product: make a write key under Program, Keys and sources, and send events to /v1/batch."


@dataclass(frozen=True, kw_only=True, slots=True)
class Definition:
    """One metric.

    `of` names the stored metric whose rows are read (itself unless given), `over` the denominator of a ratio,
    `activity` the column of `DailyActivity` that makes a person count, `window` how many days up to the last one count.
    """

    key: str
    label: str
    unit: str
    combine: Combine
    formula: str
    connect: str
    rule: GradeRule = GradeRule.INFO
    version: int = 1
    of: str = ""
    over: str = ""
    quantile: float = 0.0
    activity: str = ""
    window: int = 0
    stored: bool = True

    @property
    def rows(self) -> str:
        """The stored metric that this one is read from."""
        return self.of or self.key


def _people(key: str, label: str, activity: str, formula: str, connect: str) -> Definition:
    return Definition(
        key=key,
        label=label,
        unit="count",
        rule=GradeRule.HIGHER,
        combine=Combine.DISTINCT_PEOPLE,
        activity=activity,
        formula=formula,
        connect=connect,
    )


def _sum(key: str, label: str, event: str, formula: str, rule: GradeRule = GradeRule.HIGHER) -> Definition:
    connect = f"Send “{event}” events to /v1/batch."
    return Definition(
        key=key, label=label, unit="count", rule=rule, combine=Combine.SUM, formula=formula, connect=connect
    )


def _latency(percent: int) -> Definition:
    return Definition(
        key=f"latency_p{percent}",
        label=f"Response time (p{percent})",
        unit="ms",
        rule=GradeRule.LATENCY,
        combine=Combine.HISTOGRAM,
        of="latency",
        quantile=percent / 100,
        stored=False,
        formula=f"The latency_ms that {percent}% of the “API Request” events stay within. The days' histograms are "
        "merged, never their percentiles; the error is at most 1%.",
        connect="Send “API Request” events with endpoint, status and latency_ms to /v1/batch.",
    )


_ALL = (
    _people(
        "signups",
        "New signups",
        "signups",
        "Distinct people with a “Signed Up” event in the period.",
        "Send “Signed Up” events to /v1/batch.",
    ),
    _people(
        "verified_users",
        "Verified users",
        "verifications",
        "Distinct people with an “Email Verified” event in the period.",
        "Send “Email Verified” events to /v1/batch.",
    ),
    _people(
        "active_users",
        "Active users",
        "is_active",
        "Distinct people with at least one event in the period. Requests and errors count only where they carry a user "
        "id; two ids of one participant are one person.",
        CONNECT_EVENTS,
    ),
    Definition(
        key="daily_active_users",
        label="Active users (DAU)",
        unit="count",
        rule=GradeRule.HIGHER,
        combine=Combine.MEAN,
        of="active_users",
        stored=False,
        formula="Active users of each day, averaged over the days of the period that have data.",
        connect=CONNECT_EVENTS,
    ),
    Definition(
        key="retained_users",
        label="Retained users (WAU)",
        unit="count",
        rule=GradeRule.HIGHER,
        combine=Combine.DISTINCT_PEOPLE,
        activity="is_active",
        of="active_users",
        window=7,
        stored=False,
        formula="Distinct active people of the seven days that end with the period; for one week, those of that week.",
        connect=CONNECT_EVENTS,
    ),
    _sum("sessions", "Sessions", "Session Started", "Number of “Session Started” events."),
    _sum("messages", "Messages", "Message Sent", "Number of “Message Sent” events."),
    _sum("conversations", "Conversations", "Conversation Started", "Number of “Conversation Started” events."),
    _sum("requests", "Requests", "API Request", "Number of “API Request” events.", GradeRule.INFO),
    _sum(
        "failed_requests",
        "Failed requests",
        "API Request",
        "Number of “API Request” events with a status of 500 or more.",
        GradeRule.INFO,
    ),
    _sum("errors", "Errors", "Error", "Number of “Error” events.", GradeRule.INFO),
    Definition(
        key="error_rate",
        label="Error rate",
        unit="ratio",
        rule=GradeRule.ERROR_RATIO,
        combine=Combine.RATIO,
        of="failed_requests",
        over="requests",
        stored=False,
        formula="“API Request” events with a status of 500 or more, divided by all “API Request” events of the period.",
        connect="Send “API Request” events with endpoint, status and latency_ms to /v1/batch.",
    ),
    Definition(
        key="latency",
        label="Response times",
        unit="ms",
        combine=Combine.HISTOGRAM,
        quantile=0.5,
        formula="Histogram of latency_ms over “API Request” events; read as its median.",
        connect="Send “API Request” events with endpoint, status and latency_ms to /v1/batch.",
    ),
    _latency(50),
    _latency(95),
    _latency(99),
)

DEFINITIONS: dict[str, Definition] = {definition.key: definition for definition in _ALL}
