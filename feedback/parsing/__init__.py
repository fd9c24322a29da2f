"""From the bytes of a survey file to responses, without a database.

`read_table` says what a file is and gives its rows; `suggest_map` proposes what its columns are; `read_responses`
applies a map. Whatever cannot be read is refused with a sentence; whatever is left out is listed with its line and
the reason.
"""

from feedback.parsing.columns import Column
from feedback.parsing.mapping import Reading, ReadyResponse, read_responses
from feedback.parsing.maps import ColumnMap, MappedQuestion, map_from_spec, spec_of
from feedback.parsing.suggestions import Suggestion, suggest_map
from feedback.parsing.tables import FileOptions, Problem, Table, read_table

__all__ = [
    "Column",
    "ColumnMap",
    "FileOptions",
    "MappedQuestion",
    "Problem",
    "Reading",
    "ReadyResponse",
    "Suggestion",
    "Table",
    "map_from_spec",
    "read_responses",
    "read_table",
    "spec_of",
    "suggest_map",
]
