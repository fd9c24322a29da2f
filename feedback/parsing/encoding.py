"""Bytes to text: by byte order mark, then strict UTF-8, else a person says which of the candidates it is."""

import codecs
import re

from feedback.exceptions import EncodingUnknown, UnreadableFile

# The UTF-32 marks begin with the UTF-16 ones, so they are looked for first.
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Those of many bytes first: they fit by accident less often than those of one.
CANDIDATES = ("big5", "shift_jis", "gb18030", "euc_kr", "cp1252", "cp1250", "cp1251", "mac_roman")
# Ways to write a domain name or source code, which fail in ways of their own.
NO_FILE_HAS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape"}
SHOWN_CANDIDATES = 5
PREVIEW_LENGTH = 80


def decode(data: bytes, encoding: str = "") -> tuple[str, str]:
    """Return the text, with `\\n` as its only line end, and the encoding's name.

    `encoding` is what a person said. Raises `EncodingUnknown` with previews where the bytes are not UTF-8 and nobody
    said what they are, `UnreadableFile` where they do not fit what was said or are no text at all.
    """
    name = _named(encoding) if encoding else _by_mark(data)
    if not name:
        _refuse_nul(data)
        name = "utf-8"
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise _undecodable(data, name, error, asked=bool(encoding)) from None
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise UnreadableFile(
            f"Line {line} has a NUL character in it, so this is not a text file. Export it as CSV again."
        )
    # \r\r\n comes from files that were written on Windows twice; a lone \r from old Macs.
    return re.sub(r"\r+\n|\r", "\n", text), name


def _named(encoding: str) -> str:
    try:
        name = codecs.lookup(encoding).name
        "x".encode(name)  # Python's codecs include some that are no encoding of text, such as zlib.
    except (LookupError, ValueError):
        name = ""
    if not name or name in NO_FILE_HAS:
        raise UnreadableFile(f"“{encoding}” is not an encoding. Use a name such as utf-8, cp1252 or big5.")
    # Read by hand as plain UTF-8, a byte order mark would become part of the first header.
    return "utf-8-sig" if name == "utf-8" else name


def _by_mark(data: bytes) -> str:
    return next((name for mark, name in MARKS if data.startswith(mark)), "")


def _refuse_nul(data: bytes) -> None:
    """Refuse bytes that are UTF-16 without a mark, or no text."""
    head = data[:4096]
    if b"\x00" not in head and b"\x00" not in data:
        return
    for name, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if zeros and zeros.count(0) > 0.4 * len(zeros):
            raise EncodingUnknown(
                f"The file looks like UTF-16 without a byte order mark. Say that it is {name}, or export it as UTF-8.",
                {name: _shown(data.decode(name, "replace"))},
            )
    line = data.count(b"\n", 0, data.index(b"\x00")) + 1
    raise UnreadableFile(f"Line {line} has a NUL byte in it, so this is not a text file. Export it as CSV again.")


def _undecodable(data: bytes, name: str, error: UnicodeDecodeError, *, asked: bool) -> UnreadableFile:
    line = data.count(b"\n", 0, error.start) + 1
    if asked or name != "utf-8":
        return UnreadableFile(
            f"Line {line} cannot be read as {name} (byte {error.start + 1}). Choose another encoding, or export UTF-8."
        )
    previews = _previews(data, error.start)
    names = ", ".join(previews) or "none that we know"
    return EncodingUnknown(
        f"Line {line} is not UTF-8 (byte {error.start + 1}). Say which encoding the file has (possible: {names}), "
        "or export it as CSV UTF-8.",
        previews,
    )


def _previews(data: bytes, at: int) -> dict[str, str]:
    """What the line at byte `at` gives in each encoding that the whole file fits."""
    start = data.rfind(b"\n", 0, at) + 1
    end = data.find(b"\n", at)
    # Long lines are cut near the difficult byte, from a safe place: a byte that is surely a character of its own.
    start = max(start, data.rfind(b" ", start, max(at - 20, start)) + 1)
    line = data[start : end if end >= 0 else len(data)][:400]
    previews = {}
    for name in CANDIDATES:
        try:
            data.decode(name)
        except UnicodeDecodeError:
            continue
        previews[name] = _shown(line.decode(name, "replace"))
        if len(previews) == SHOWN_CANDIDATES:
            break
    return previews


def _shown(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)[:PREVIEW_LENGTH].strip()
