"""What this app refuses. Each is one sentence for people; the base says which HTTP status it becomes."""

from core.exceptions import BadInput, Conflict, TooLarge


class BadBatch(BadInput):
    """The body as a whole cannot be read."""


class UnknownEncoding(BadInput):
    """The body is packed in a way that is not read here."""

    status = 415


class BatchTooLarge(TooLarge):
    """More bytes or items than one request may bring."""


class IntakeClosed(Conflict):
    """The program has ended and takes no more events."""


class BadPeriod(BadInput):
    """The days asked for make no period."""


class UnknownMetric(BadInput):
    """No metric of this key is defined."""
