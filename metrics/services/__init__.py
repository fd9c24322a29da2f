"""Every write of the metrics app: events in, daily rows out."""

from metrics.services.aggregation import aggregate_day, aggregate_dirty_days
from metrics.services.intake import Receipt, ingest

__all__ = ["Receipt", "aggregate_day", "aggregate_dirty_days", "ingest"]
