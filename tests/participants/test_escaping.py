"""What a spreadsheet would run is written as text, and all else as it is."""

import pytest

from participants.importing.escaping import as_plain_text, as_typed


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝"])
def test_a_cell_that_a_spreadsheet_would_run_is_made_text_and_read_back(start: str) -> None:
    typed = f"{start}cmd|' /C calc'!A0"
    assert as_plain_text(typed) == f"'{typed}"
    assert as_typed(as_plain_text(typed)) == typed


@pytest.mark.parametrize("value", ["plain", "4", "-4.5", "", 4, -1, None])
def test_other_cells_are_written_as_they_are(value: object) -> None:
    assert as_plain_text(value) == value
