"""The words of measuring: kinds of events, how days combine, why an item was refused."""

from django.db import models


class EventType(models.TextChoices):
    """Segment's message types."""

    TRACK = "track", "Track"
    IDENTIFY = "identify", "Identify"
    PAGE = "page", "Page"
    SCREEN = "screen", "Screen"
    GROUP = "group", "Group"
    ALIAS = "alias", "Alias"


class Source(models.TextChoices):
    """Where the rows behind a figure come from."""

    EVENTS = "events", "Events"


class Combine(models.TextChoices):
    """How the days of a period become one figure."""

    SUM = "sum", "Sum of the days"
    MEAN = "mean", "Mean of the days that have data"
    LAST = "last", "Last day that has data"
    DISTINCT_PEOPLE = "distinct_people", "Distinct people of the period"
    HISTOGRAM = "histogram", "Quantile of the days' merged histograms"
    RATIO = "ratio", "Ratio of the sums"
    MAXIMUM = "maximum", "Highest day"
    TIME_WEIGHTED_MEAN = "time_weighted_mean", "Mean weighted by the time covered"


class RejectReason(models.TextChoices):
    """Why one item of a batch was refused. The value goes to the client as `code`; the label is for staff."""

    TOO_LARGE = "too_large", "Larger than 32 KB"
    WRONG_TYPE = "wrong_type", "A field has the wrong type"
    MISSING_FIELD = "missing_field", "A required field is missing"
    UNKNOWN_TYPE = "unknown_type", "Not a type of message that is known"
    TOO_LONG = "too_long", "A text is too long"
    NUL_BYTE = "nul_byte", "A text holds a NUL character"
    TOO_DEEP = "too_deep", "Nested too deep"
    NOT_A_NUMBER = "not_a_number", "NaN or infinite"
    OUT_OF_RANGE = "out_of_range", "A number is out of range"
    TOO_OLD = "too_old", "Older than events are kept"
    IN_THE_FUTURE = "in_the_future", "More than a day in the future"
    NOT_STORABLE = "not_storable", "The database cannot store it"
