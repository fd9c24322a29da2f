"""PDF documents from typst templates: tagged, for archives, with fonts that we ship.

A template is a `.typ` file that reads one JSON object:

    #let data = json(bytes(sys.inputs.data))

It may read files beside it and below, nothing else. Text that nobody wrote for typst, such as names, comes in
through `data` and is never taken for markup.
"""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import typst

FONTS = Path(__file__).parent / "fonts"
# PDF/A-2a: for archives, with structure; PDF/UA-1: readable by machines that read aloud.
ARCHIVE_AND_ACCESSIBLE: Sequence[str] = ("a-2a", "ua-1")


def compile_pdf(
    template: Path | str,
    data: Mapping[str, Any],
    *,
    standards: Sequence[str] = ARCHIVE_AND_ACCESSIBLE,
    timestamp: dt.datetime | None = None,
) -> bytes:
    """Return the PDF that `template`, the path of a `.typ` file, makes of `data`.

    `data` must be JSON (dates as text). The same template, data and `timestamp` give the same bytes; without a
    `timestamp` the document is dated now. The standards demand a glyph for every character. Where a text has one
    that our fonts lack, such as a name in Chinese, the system's fonts are tried, and at last the document is made
    without the standards: better a box in a name than no document. Raises `typst.TypstError` for a mistake in the
    template.
    """
    payload = json.dumps(data, ensure_ascii=False)
    attempts = ((_fonts(system=False), standards), (_fonts(system=True), standards), (_fonts(system=True), ()))
    for fonts, wanted in attempts[:-1]:
        try:
            return _compile(Path(template), payload, fonts, wanted, timestamp)
        except typst.TypstError as error:
            if "font" not in str(error):
                raise
    return _compile(Path(template), payload, *attempts[-1], timestamp)


def _compile(
    template: Path, payload: str, fonts: typst.Fonts, standards: Sequence[str], timestamp: dt.datetime | None
) -> bytes:
    compiler = typst.Compiler(
        template.read_bytes(),
        root=template.parent,
        font_paths=fonts,
        ignore_system_fonts=True,
        sys_inputs={"data": payload},
    )
    moment = (timestamp or dt.datetime.now(dt.UTC)).astimezone(dt.UTC).replace(microsecond=0)
    wanted: Any = list(standards)  # The names are typst’s own literals.
    return cast("bytes", compiler.compile(format="pdf", pdf_standards=wanted, timestamp=moment))


@cache
def _fonts(*, system: bool) -> typst.Fonts:
    """Read the font files once in a process; that takes longer than a page."""
    return typst.Fonts(include_system_fonts=system, include_embedded_fonts=True, font_paths=[FONTS])
