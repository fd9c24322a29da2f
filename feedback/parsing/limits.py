"""How large a file may be. One import is one transaction, and one file is held in memory."""

MAX_BYTES = 64 * 1024 * 1024
MAX_ROWS = 250_000
MAX_COLUMNS = 999
# csv's own limit; a longer cell is a quote that was never closed, or not a survey.
MAX_CELL = 131_072

# A real sheet packs 5 to 20 times; bombs pack hundreds of times.
XLSX_MAX_UNPACKED = 96 * 1024 * 1024
XLSX_MAX_RATIO = 100
XLSX_RATIO_FROM = 1024 * 1024
