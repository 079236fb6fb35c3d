"""The tokens of a vocabulary and their numbers, whatever file a tokenizer keeps them in.

Read: `tokenizer.json` (BPE, WordPiece, Unigram), `vocab.json`, `vocab.txt`, a SentencePiece model,
and the arrays in the header of a GGUF file. Nothing else of a tokenizer is looked at.
"""

from __future__ import annotations

import struct

import msgspec

from howopen.errors import FormatError
from howopen.formats.gguf import MAX_HEADER, _Header
from howopen.formats.ranged import Cursor, Ranged

#: Files and vocabularies beyond these are refused.
MAX_BYTES = 64_000_000
MAX_TOKENS = 2_000_000

_TOKENS = "tokenizer.ggml.tokens"
_STRING, _ARRAY = 8, 9


def read_vocabulary(name: str, data: bytes) -> dict[str, int]:
    """Read a vocabulary: token to number.

    Args:
        name: the file's name, which says its format.
        data: the file.

    Raises:
        FormatError: when it holds no vocabulary that is read.
    """
    base = name.rsplit("/", 1)[-1].lower()
    if base.endswith(".json"):
        return _from_json(data)
    if base.endswith(".txt"):
        lines = data.decode("utf-8", "replace").split("\n")
        return _numbered([line.rstrip("\r") for line in lines if line])
    if base.endswith(".model"):
        return _numbered(_pieces(data))
    raise FormatError("no vocabulary that is read", path=name)


def _numbered(tokens: list[str]) -> dict[str, int]:
    if len(tokens) > MAX_TOKENS:
        raise FormatError(f"a vocabulary of {len(tokens):,} tokens")
    return {token: number for number, token in reversed(list(enumerate(tokens)))}


def _from_json(data: bytes) -> dict[str, int]:
    """Read `tokenizer.json`, a plain table of tokens, or a list of them."""
    try:
        told = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError) as error:
        raise FormatError(f"not JSON: {error}") from None
    if isinstance(told, list):
        return _numbered([token for token in told if isinstance(token, str)])
    if not isinstance(told, dict):
        raise FormatError("no table of tokens")
    model = told.get("model")
    found = _table(model.get("vocab") if isinstance(model, dict) else told)
    for added in told.get("added_tokens") or ():
        if isinstance(added, dict) and isinstance(added.get("content"), str):
            number = added.get("id")
            if isinstance(number, int):
                found.setdefault(added["content"], number)
    if not found:
        raise FormatError("no tokens in it")
    return found


def _table(told: object) -> dict[str, int]:
    """Read tokens as a table, or as Unigram's list of tokens with scores."""
    if isinstance(told, dict):
        return {
            key: number
            for key, number in told.items()
            if isinstance(number, int) and not isinstance(number, bool) and number >= 0
        }
    if isinstance(told, list):
        tokens = [each[0] for each in told if isinstance(each, list) and each]
        return _numbered([token if isinstance(token, str) else "" for token in tokens])
    return {}


def _pieces(data: bytes) -> list[str]:
    """Read the pieces of a SentencePiece model.

    Source: `sentencepiece_model.proto`: field 1 of the model is a piece, field 1 of that its text.
    """
    pieces = []
    at = 0
    while at < len(data):
        field, kind, value, at = _field(data, at)
        if field == 1 and kind == 2:
            inner, _, text, _ = _field(value, 0)
            pieces.append(text.decode("utf-8", "replace") if inner == 1 else "")
    if not pieces:
        raise FormatError("no pieces in it: not a SentencePiece model")
    return pieces


def _field(data: bytes, at: int) -> tuple[int, int, bytes, int]:
    """Read one field of protobuf: its number, its wire type, its bytes, and where the next is."""
    key, at = _varint(data, at)
    kind = key & 7
    if kind == 0:
        _, end = _varint(data, at)
    elif kind == 2:
        length, at = _varint(data, at)
        end = at + length
    else:
        end = at + {1: 8, 5: 4}.get(kind, len(data))
    if end > len(data):
        raise FormatError("cut off, or no protobuf")
    return key >> 3, kind, data[at:end], end


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7
    raise FormatError("cut off, or no protobuf")


def gguf_vocabulary(read: Ranged, size: int) -> dict[str, int]:
    """Read the tokens in the header of a GGUF file.

    Raises:
        FormatError: when it is no GGUF file, or holds no tokens.
    """
    header = _Header(Cursor(read, size, cap=MAX_HEADER, chunk=1_000_000))
    _, keys = header.counts()
    for _ in range(keys):
        key, kind = header.string(), header.number("I")
        if key == _TOKENS and kind == _ARRAY:
            inner, length = header.number("I"), header.number("Q")
            if inner != _STRING or length > MAX_TOKENS:
                break
            return _numbered([_text(header) for _ in range(length)])
        header.value(kind)
    raise FormatError("no tokens in its header")


def _text(header: _Header) -> str:
    (length,) = struct.unpack(header.order + "Q", header.cursor.take(8))
    return header.cursor.take(length).decode("utf-8", "replace")
