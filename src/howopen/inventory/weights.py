"""Weights and what is beside them: headers, shards, adapters, configurations; ranged reads."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from howopen.errors import FormatError, HowopenError
from howopen.formats.adapter import Adapter, read_adapter
from howopen.formats.config import Config, read_config
from howopen.formats.gguf import read_gguf
from howopen.formats.ranged import TensorFile
from howopen.formats.safetensors import ShardIndex, read_index, read_safetensors
from howopen.formats.weightnames import names_weights, not_of_the_release
from howopen.places.place import Place
from howopen.release import Fact, File, FileRole, Gap, How, Noun

#: Headers of at most this many weights files are read; more are shards or copies of the same.
MAX_HEADERS = 64
#: the same where each costs requests over a network
MAX_REMOTE = 8
#: Configuration files beyond these are not read.
MAX_CONFIGS = 400
MAX_CONFIG_BYTES = 8_000_000

_NAMES = re.compile(
    r"(?:^|/)(?:config|adapter_config|model_index|params|metadata|tokenizer_config"
    r"|preprocessor_config|generation_config|mergekit_config)\.json$"
)
_INDEX = re.compile(r"\.(?:safetensors|bin)\.index\.json$")


class Header(Noun, frozen=True, kw_only=True):
    """A weights file and what its header says."""

    file: File
    read: TensorFile


class Told(Noun, frozen=True, kw_only=True):
    """All that headers and configurations of a release say.

    Attributes:
        headers: of safetensors and GGUF files.
        configs: path to configuration.
        adapters: path to adapter configuration.
        indexes: path to index of shards.
        gaps: what could not be read.
    """

    headers: tuple[Header, ...] = ()
    configs: Mapping[str, Config] = {}
    adapters: Mapping[str, Adapter] = {}
    indexes: Mapping[str, ShardIndex] = {}
    gaps: tuple[Gap, ...] = ()


def read_told(place: Place, files: tuple[File, ...]) -> Told:
    """Read headers and configurations; what is broken becomes a gap."""
    gaps: list[Gap] = []
    configs: dict[str, Config] = {}
    adapters: dict[str, Adapter] = {}
    indexes: dict[str, ShardIndex] = {}
    for file in _configurations(files):
        try:
            _configuration(place, file, configs, adapters, indexes)
        except HowopenError as error:
            gaps.append(_gap(file, error, ("architecture", "relations")))
    headers = tuple(_headers(place, files, gaps))
    return Told(
        headers=headers, configs=configs, adapters=adapters, indexes=indexes, gaps=tuple(gaps)
    )


def _configurations(files: tuple[File, ...]) -> list[File]:
    """Choose the configurations to read, those nearest the root first."""
    wanted = [
        file
        for file in files
        if (_NAMES.search(file.path) or _INDEX.search(file.path)) and file.size <= MAX_CONFIG_BYTES
    ]
    return sorted(wanted, key=lambda file: (file.path.count("/"), file.path))[:MAX_CONFIGS]


def _configuration(
    place: Place,
    file: File,
    configs: dict[str, Config],
    adapters: dict[str, Adapter],
    indexes: dict[str, ShardIndex],
) -> None:
    data = place.read(file.path, MAX_CONFIG_BYTES)
    if _INDEX.search(file.path):
        indexes[file.path] = read_index(data)
    elif file.path.endswith("adapter_config.json"):
        adapters[file.path] = read_adapter(data)
    else:
        configs[file.path] = read_config(data)


def _headers(place: Place, files: tuple[File, ...], gaps: list[Gap]) -> Iterator[Header]:
    """Read the headers of safetensors and GGUF files."""
    wanted = [
        file
        for file in files
        if file.path.lower().endswith((".safetensors", ".gguf"))
        and not not_of_the_release(file.path)
    ]
    remote = place.kind not in ("folder", "file")
    limit = MAX_REMOTE if remote else MAX_HEADERS
    for file in wanted[:limit]:

        def read(start: int, length: int, path: str = file.path) -> bytes:
            return place.read_range(path, start, length)

        gguf = file.path.lower().endswith(".gguf")
        try:
            found = read_gguf(read, file.size) if gguf else read_safetensors(read, file.size)
        except HowopenError as error:
            gaps.append(_gap(file, error, ("weights", "relations")))
            continue
        if found.problems:
            more = len(found.problems) - 1
            why = found.problems[0] + (f" (and {more} more)" if more else "")
            gaps.append(_gap(file, FormatError(why), ("weights",)))
        yield Header(file=file, read=found)
    if len(wanted) > limit:
        why = f"headers of {limit} of {len(wanted)} weights files were read"
        gaps.append(Gap(where=wanted[limit].path, why=why, weakens=("weights",)))


def _gap(file: File, error: HowopenError, weakens: tuple[str, ...]) -> Gap:
    why = error.message if isinstance(error, FormatError) else str(error)
    hint = error.hint or "is the file whole?"
    return Gap(where=file.path, why=why, weakens=weakens, hint=hint)


def facts_of(place: Place, told: Told, files: tuple[File, ...]) -> tuple[Fact, ...]:
    """Say what the headers of some weights files state: format, parameters, types, architecture."""
    held = {file.path for file in files}
    headers = [header for header in told.headers if header.file.path in held]
    if not headers:
        return _by_name(place, files)
    headers = _one_copy(headers, whole="model_index.json" in told.configs)
    first = headers[0]
    tensors = [tensor for header in headers for tensor in header.read.tensors]
    dtypes = Counter(tensor.dtype for tensor in tensors)
    values = {
        "format": first.read.format,
        "parameters": str(sum(header.read.parameters for header in headers)),
        "tensors": str(len(tensors)),
        "dtype": ", ".join(name for name, _ in dtypes.most_common(4)),
    }
    for key in ("general.architecture", "general.name", "general.size_label", "general.file_type"):
        if first.read.metadata.get(key):
            values[key] = first.read.metadata[key]
    evidence = place.evidence(
        How.HEADER, f"header of {first.file.path}", first.file.path, span=first.read.header
    )
    return tuple(
        Fact(name=name, value=value, evidence=(evidence,)) for name, value in values.items()
    )


_SHARD = re.compile(r"-\d{4,6}-of-\d{4,6}(?=\.\w+$)")


def _one_copy(headers: list[Header], *, whole: bool) -> list[Header]:
    """Choose the files that are one model: shards belong together, other files are other copies.

    The largest copy counts; in a pipeline of several networks (`whole`) that of each folder.
    """
    folders: dict[str, dict[str, list[Header]]] = {}
    for header in headers:
        path = header.file.path
        copies = folders.setdefault(path.rpartition("/")[0], {})
        copies.setdefault(_SHARD.sub("", path), []).append(header)
    largest = [
        max(copies.values(), key=lambda held: sum(one.file.size for one in held))
        for copies in folders.values()
    ]
    if whole:
        return [header for held in largest for header in held]
    return max(largest, key=lambda held: sum(one.file.size for one in held))


def _by_name(place: Place, files: tuple[File, ...]) -> tuple[Fact, ...]:
    """Say the format of weights that are not read, from their names."""
    names = [file.path.rsplit("/", 1)[-1] for file in files]
    suffixes = sorted({name.rsplit(".", 1)[-1].lower() for name in names if "." in name})
    if not suffixes:
        return ()
    path = files[0].path
    evidence = place.evidence(How.FILENAME, path, path)
    return (Fact(name="format", value=", ".join(suffixes), evidence=(evidence,)),)


def is_weights(file: File) -> bool:
    """Tell whether a file holds weights, by its role and name."""
    return file.role is FileRole.WEIGHTS and names_weights(file.path)
