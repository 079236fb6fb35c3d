"""Bytes to text: which encoding a document is in, never failing and saying what was assumed."""

from __future__ import annotations

import codecs

from howopen.release import Noun

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

#: The bytes that are looked at to tell an encoding or a binary file.
_SAMPLE = 65_536


class Text(Noun, frozen=True, kw_only=True):
    """A decoded document.

    Attributes:
        text: its characters; every line ends in a line feed, other characters are kept.
        encoding: the encoding it was read in.
        note: what is doubtful about that, empty where nothing is.
    """

    text: str
    encoding: str
    note: str = ""


def decode(data: bytes) -> Text:
    r"""Decode a document; never raises.

    A byte order mark decides; then UTF-8; then UTF-16 where every second byte is mostly zero; then
    Windows-1252 (ISO 8859-1 where that leaves bytes undefined). Carriage returns become line
    feeds, so that line numbers are those an editor shows.

    Args:
        data: the whole file, or its first part.

    >>> decode(b"caf\xe9").encoding
    'cp1252'
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return _read(data[len(mark) :], encoding)
    wide = _wide(data[:_SAMPLE])
    if wide:
        return _read(data, wide)
    if _binary(data[:_SAMPLE]):
        return _text(data.decode("latin-1"), "latin-1", "this looks like a binary file, not text")
    return _narrow(data)


def _narrow(data: bytes) -> Text:
    """Decode UTF-8, else a one-byte encoding."""
    try:
        return _text(data.decode("utf-8"), "utf-8", "")
    except UnicodeDecodeError as error:
        ends = error.reason == "unexpected end of data"
        if ends and not data[: error.start].isascii():
            cut = data[: error.start].decode("utf-8")
            return _text(cut, "utf-8", "the last character is cut off")
    for encoding in ("cp1252", "latin-1"):
        try:
            return _text(data.decode(encoding), encoding, f"not UTF-8; read as {encoding}")
        except UnicodeDecodeError:
            continue
    raise AssertionError("latin-1 decodes every byte")


def _read(data: bytes, encoding: str) -> Text:
    """Decode in a known encoding; say so where bytes do not fit it."""
    try:
        return _text(data.decode(encoding), encoding, "")
    except UnicodeDecodeError:
        text = data.decode(encoding, errors="replace")
        return _text(text, encoding, f"some bytes are not valid {encoding}")


def _text(text: str, encoding: str, note: str) -> Text:
    return Text(text=text.replace("\r\n", "\n").replace("\r", "\n"), encoding=encoding, note=note)


def _wide(sample: bytes) -> str:
    """Tell UTF-16 without a mark: Western text has a zero in every other byte."""
    if len(sample) < 4:
        return ""
    even, odd = sample[0::2], sample[1::2]
    if odd.count(0) > 0.7 * len(odd) and even.count(0) < 0.05 * len(even) + 1:
        return "utf-16-le"
    if even.count(0) > 0.7 * len(even) and odd.count(0) < 0.05 * len(odd) + 1:
        return "utf-16-be"
    return ""


def _binary(sample: bytes) -> bool:
    """Tell a binary file: more than one zero byte in a thousand."""
    return sample.count(0) * 1000 > len(sample)
