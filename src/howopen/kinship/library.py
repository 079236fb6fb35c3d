"""A library of sketches on disk: a model nobody named is compared with a million in a second.

A folder of four files. Rows are only appended, and count only when `library.json`, replaced in one
step, says so: an interrupted addition leaves nothing half there. `heads.bin` holds the first 16
bytes of every slot (256 bytes a model) and is searched whole; the few best are scored on all bits.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from howopen.errors import KnowledgeError, RefError
from howopen.kinship.sketch import BITS, BYTES, SLOTS, WIDTH, Sketch
from howopen.release import Noun

if TYPE_CHECKING:
    import numpy as np
    from filelock import FileLock
    from numpy.typing import NDArray

FORMAT = 1
#: Bytes of each slot that are searched first.
HEAD = 16
_CHUNK = 65_536
#: How many of the best by their heads are scored on all bits.
_REFINED = 2_000


class Stored(Noun, frozen=True, kw_only=True):
    """What is kept of a model beside its bits."""

    ref: str
    filled: tuple[str, ...]
    parameters: int = 0
    hashes: tuple[str, ...] = ()


class State(Noun, frozen=True, kw_only=True):
    """How much of the files counts: rows, and bytes of `models.jsonl`."""

    format: int = FORMAT
    count: int = 0
    told: int = 0


class Candidate(Noun, frozen=True, kw_only=True):
    """A model of the library that is like the one asked for.

    Attributes:
        ref: its REF when it was added.
        agreement: share of equal signs in the slots that both fill, 0.5 for strangers.
        z: the same in standard deviations from one half.
        bits: how many signs were compared.
        chance: how many strangers in a library of this size would agree as well, about.
        identical: whether a file of it has the same sha256.
    """

    ref: str
    agreement: float
    z: float
    bits: int
    chance: float
    identical: bool = False


class Library:
    """A folder of sketches.

    Args:
        folder: where it lies; made by the first addition.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __len__(self) -> int:
        """Return the number of models."""
        return self._state().count

    def add(self, sketches: Iterable[Sketch]) -> tuple[str, ...]:
        """Add models; one whose REF is there already is left as it is.

        Returns:
            The REFs that were added.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            state = self._state()
            held = {each.ref for each in self._stored(state)}
            fresh = list({one.ref: one for one in sketches if one.ref not in held}.values())
            lines = b"".join(msgspec.json.encode(_stored(one)) + b"\n" for one in fresh)
            self._append("sketches.bin", state.count * BYTES, b"".join(one.bits for one in fresh))
            heads = b"".join(_head(one.bits) for one in fresh)
            self._append("heads.bin", state.count * SLOTS * HEAD, heads)
            masks = b"".join(one.mask.to_bytes(2, "little") for one in fresh)
            self._append("masks.bin", state.count * 2, masks)
            self._append("models.jsonl", state.told, lines)
            self._commit(State(count=state.count + len(fresh), told=state.told + len(lines)))
        return tuple(one.ref for one in fresh)

    def nearest(self, wanted: Sketch, most: int = 10) -> tuple[Candidate, ...]:
        """Find the models that are most like one, the most alike first.

        Args:
            wanted: the sketch of the model that is asked for.
            most: how many to return.

        Raises:
            RefError: when there is no library there.
        """
        state = self._state()
        if not state.count:
            raise RefError(
                "no library of sketches, or an empty one",
                path=str(self.folder),
                hint="`howopen kin --index DB --add REF...` makes one",
            )
        rows = self._shortlist(wanted, state)
        agreement, bits = self._scores(wanted, state, rows)
        import numpy as np  # noqa: PLC0415

        z = (agreement - 0.5) * 2 * np.sqrt(np.maximum(bits, 1))
        best = np.argsort(-z, kind="stable")[: max(most, 0)]
        places = sorted(int(rows[at]) for at in best)
        told = dict(zip(places, self._stored(state, wanted=frozenset(places)), strict=True))
        return tuple(
            _candidate(
                told[int(rows[at])],
                wanted,
                state.count,
                agreement=float(agreement[at]),
                bits=int(bits[at]),
                z=float(z[at]),
            )
            for at in best
        )

    def _shortlist(self, wanted: Sketch, state: State) -> NDArray[np.intp]:
        """Return the rows whose heads are nearest, over the slots that the wanted one fills."""
        import numpy as np  # noqa: PLC0415

        words = SLOTS * HEAD // 8
        heads = self._map("heads.bin", "<u8", (state.count, words))
        masks = self._map("masks.bin", "<u2", (state.count,))
        query = np.frombuffer(_head(wanted.bits), "<u8")
        columns = [at for at in range(words) if wanted.filled[at * 8 // HEAD]]
        scores = np.empty(state.count, np.float32)
        for start in range(0, state.count, _CHUNK):
            part = np.ascontiguousarray(heads[start : start + _CHUNK])
            wrong = np.bitwise_count(part ^ query)[:, columns].sum(axis=1, dtype=np.int32)
            shared = masks[start : start + _CHUNK] & np.uint16(wanted.mask)
            both = np.bitwise_count(shared).astype(np.int32) * (HEAD * 8)
            # bits of slots that only one of them fills are set against zeros: half of them differ
            lone = len(columns) * 64 - both
            alike = np.maximum(both, 1)
            scores[start : start + _CHUNK] = (alike / 2 - (wrong - lone / 2)) / np.sqrt(alike)
        keep = min(_REFINED, state.count)
        rows: NDArray[np.intp] = np.argpartition(-scores, keep - 1)[:keep]
        return np.sort(rows)

    def _scores(
        self, wanted: Sketch, state: State, rows: NDArray[np.intp]
    ) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
        """Return agreement and number of compared bits of some rows, on all bits."""
        import numpy as np  # noqa: PLC0415

        held = self._map("sketches.bin", "<u8", (state.count, SLOTS, WIDTH // 8))[rows]
        masks = self._map("masks.bin", "<u2", (state.count,))[rows]
        query = np.frombuffer(wanted.bits, "<u8").reshape(SLOTS, WIDTH // 8)
        wrong = np.bitwise_count(held ^ query).sum(axis=2, dtype=np.int64)
        both = (masks[:, None] & wanted.mask) >> np.arange(SLOTS) & 1
        bits = both.sum(axis=1, dtype=np.int64) * BITS
        return 1 - (wrong * both).sum(axis=1) / np.maximum(bits, 1), bits

    def _map(self, name: str, kind: str, shape: tuple[int, ...]) -> NDArray[np.unsignedinteger]:
        """Map one of the files.

        Raises:
            KnowledgeError: when it is shorter than the library says.
        """
        import numpy as np  # noqa: PLC0415

        try:
            return np.memmap(self.folder / name, dtype=kind, mode="r", shape=shape)
        except (OSError, ValueError) as error:
            raise _broken(self.folder, f"{name} is missing or too short") from error

    def _state(self) -> State:
        path = self.folder / "library.json"
        if not path.is_file():
            return State()
        try:
            state = msgspec.json.decode(path.read_bytes(), type=State)
        except msgspec.DecodeError as error:
            raise _broken(self.folder, f"library.json: {error}") from error
        if state.format != FORMAT:
            raise _broken(self.folder, f"format {state.format}, this howopen reads {FORMAT}")
        return state

    def _stored(self, state: State, wanted: frozenset[int] | None = None) -> Iterator[Stored]:
        """Read what is told of all models, or of some rows, in the order of rows."""
        path = self.folder / "models.jsonl"
        if not state.count:
            return
        left = state.told
        with path.open("rb") as lines:
            for row, line in enumerate(lines):
                left -= len(line)
                if row >= state.count or left < 0:
                    break
                if wanted is None or row in wanted:
                    yield msgspec.json.decode(line, type=Stored)

    def _append(self, name: str, at: int, data: bytes) -> None:
        """Write bytes behind those that count; what an interrupted addition left is cut off."""
        path = self.folder / name
        with path.open("r+b" if path.exists() else "w+b") as file:
            file.truncate(at)
            file.seek(at)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())

    def _commit(self, state: State) -> None:
        fresh = self.folder / "library.json.new"
        fresh.write_bytes(msgspec.json.encode(state))
        fresh.replace(self.folder / "library.json")

    def _locked(self) -> FileLock:
        """Keep a second addition out until this one is done."""
        from filelock import FileLock  # noqa: PLC0415 - only an addition needs it

        return FileLock(self.folder / "lock")


def _head(bits: bytes) -> bytes:
    return b"".join(bits[at * WIDTH : at * WIDTH + HEAD] for at in range(SLOTS))


def _stored(one: Sketch) -> Stored:
    return Stored(ref=one.ref, filled=one.filled, parameters=one.parameters, hashes=one.hashes)


def _candidate(  # noqa: PLR0913 - one argument a field
    stored: Stored, wanted: Sketch, models: int, *, agreement: float, bits: int, z: float
) -> Candidate:
    from math import erfc, sqrt  # noqa: PLC0415

    return Candidate(
        ref=stored.ref,
        agreement=agreement,
        z=z,
        bits=bits,
        chance=models * 0.5 * erfc(z / sqrt(2)),
        identical=bool(set(stored.hashes) & set(wanted.hashes)),
    )


def _broken(folder: Path, why: str) -> KnowledgeError:
    return KnowledgeError(
        f"not a sound library of sketches: {why}", path=str(folder), hint="build it again"
    )
