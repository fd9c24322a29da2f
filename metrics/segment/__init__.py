"""Segment's HTTP API as bytes: reads a body into rows for the event table, item by item. Pure, no database.

A body that is no JSON is refused as a whole (`BadBatch`). Inside a readable body every item stands alone: what is wrong
with one becomes its `Rejection`, and its neighbours go on.
"""

from metrics.segment.bodies import Body, read_batch, read_single
from metrics.segment.items import Rejection, Row, read_items

__all__ = ["Body", "Rejection", "Row", "read_batch", "read_items", "read_single"]
