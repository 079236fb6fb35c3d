"""A pickle as inert nodes: what it would build and call is described, and nothing is ever run.

A pickle is a program. This reader interprets its opcodes (Python's `pickletools` documents them)
but gives no name a meaning: a global is a name, a call is a record of a call. What the records
mean is for those to say who know the few calls that stand for data.
"""

from __future__ import annotations

import pickletools
import warnings
from collections.abc import Callable
from typing import NamedTuple

from howopen.errors import FormatError, TooLargeError
from howopen.formats.ranged import Ranged

#: A pickle of more bytes, or of more opcodes, is not read: real ones of weights take some 50
#: opcodes a tensor.
MAX_BYTES = 64_000_000
MAX_OPCODES = 1_000_000
#: No more than this many distinct names of globals are kept.
_MAX_NAMES = 10_000
_MAX_NAME = 500
_CHUNK = 65_536


class Global(NamedTuple):
    """The name of a class or function; nothing is imported."""

    name: str


class Persistent(NamedTuple):
    """A reference to something stored outside the pickle, such as a storage of weights."""

    key: object


class Opaque(NamedTuple):
    """Something that has no value here, such as an out-of-band buffer."""

    what: str


class Table:
    """A dictionary as pairs in order; keys are never hashed, so none can be chosen to collide."""

    __slots__ = ("pairs",)

    def __init__(self) -> None:
        self.pairs: list[tuple[object, object]] = []

    def text_keys(self) -> dict[str, object]:
        """Return the pairs whose key is a text, the last one of each."""
        return {key: value for key, value in self.pairs if isinstance(key, str)}


class Call:
    """A call that unpickling would make, with what is done to its result; never made here.

    Attributes:
        function: what is called, a `Global` in any honest pickle.
        arguments: a tuple in any honest pickle.
        state: what the result's state is set to; None where it is not.
        table: pairs that are set on the result, as on an ordered dictionary.
        items: what is appended to the result.
    """

    __slots__ = ("arguments", "function", "items", "state", "table")

    def __init__(self, function: object, arguments: object) -> None:
        self.function = function
        self.arguments = arguments
        self.state: object = None
        self.table = Table()
        self.items: list[object] = []

    @property
    def name(self) -> str:
        """The name of what is called; empty where that is itself computed."""
        return self.function.name if isinstance(self.function, Global) else ""


class Pickle(NamedTuple):
    """A pickle that was read.

    Attributes:
        root: what it holds.
        names: the globals that it names.
        outside: its references to what is stored outside it.
        stop: the offset after it.
    """

    root: object
    names: tuple[str, ...]
    outside: tuple[Persistent, ...]
    stop: int


def read_pickle(read: Ranged, size: int, start: int = 0) -> Pickle:
    """Read one pickle without executing it.

    Args:
        read: a ranged reader.
        size: the offset at which the pickle must have ended, in bytes.
        start: the offset at which it starts.

    Raises:
        FormatError: when it is no pickle, or ends early.
        TooLargeError: when it is longer than any honest one.
    """
    feed = _Feed(read, start, min(size, start + MAX_BYTES))
    machine = _Machine()
    try:
        with warnings.catch_warnings():
            # an odd escape in an old-style string makes Python's own decoder warn
            warnings.simplefilter("ignore")
            _run(machine, feed)
    except FormatError:
        raise
    except (ValueError, IndexError, TypeError, KeyError, OverflowError) as error:
        if feed.hit_cap and size > start + MAX_BYTES:
            raise TooLargeError(f"a pickle of more than {MAX_BYTES:,} bytes is not read") from None
        why = str(error)[:120] or type(error).__name__
        raise FormatError(f"not a whole pickle: {why}") from None
    if not machine.stack:
        raise FormatError("a pickle that holds nothing")
    return Pickle(machine.stack[-1], tuple(machine.names), tuple(machine.outside), feed.tell())


def _run(machine: _Machine, feed: _Feed) -> None:
    opcodes = pickletools.genops(feed)  # type: ignore[arg-type]  # it takes any such file
    for count, (opcode, argument, _) in enumerate(opcodes):
        if count > MAX_OPCODES:
            raise TooLargeError(f"a pickle of more than {MAX_OPCODES:,} opcodes is not read")
        machine.step(opcode.name, argument)


class _Feed:
    """The file that `pickletools` reads: chunks through a ranged reader, up to a cap."""

    def __init__(self, read: Ranged, start: int, stop: int) -> None:
        self._read = read
        self._base = start
        self._stop = stop
        self._buffer = b""
        self._at = 0
        self.hit_cap = False

    def tell(self) -> int:
        return self._base + self._at

    def read(self, length: int) -> bytes:
        self._fill(length)
        data = self._buffer[self._at : self._at + length]
        self._at += len(data)
        return data

    def readline(self) -> bytes:
        found = self._buffer.find(b"\n", self._at)
        while found < 0:
            held = len(self._buffer) - self._at
            self._fill(max(2 * held, 256))
            found = self._buffer.find(b"\n", self._at + held)
            if len(self._buffer) - self._at <= held:
                break
        end = found + 1 if found >= 0 else len(self._buffer)
        data = self._buffer[self._at : end]
        self._at = end
        return data

    def _fill(self, length: int) -> None:
        """Hold the next `length` bytes, or all that are left."""
        held = len(self._buffer) - self._at
        if held >= length:
            return
        start = self.tell() + held
        wanted = min(max(length - held, _CHUNK), self._stop - start)
        self.hit_cap |= wanted < length - held
        fresh = self._read(start, wanted) if wanted > 0 else b""
        self._base, self._buffer, self._at = self.tell(), self._buffer[self._at :] + fresh, 0


class _Machine:
    """The stack, the marks and the memo of a pickle."""

    def __init__(self) -> None:
        self.stack: list[object] = []
        self.names: dict[str, None] = {}
        self.outside: list[Persistent] = []
        self._marks: list[int] = []
        self._memo: dict[int, object] = {}

    def step(self, name: str, argument: object) -> None:
        """Do what one opcode does, on nodes."""
        action = _ACTIONS.get(name)
        if action is not None:
            action(self, argument)
        elif name in _CONSTANTS:
            self.stack.append(_CONSTANTS[name])
        elif name not in _SILENT:
            self.stack.append(argument)

    def mark(self, _: object) -> None:
        self._marks.append(len(self.stack))

    def since_mark(self) -> list[object]:
        start = self._marks.pop()
        found = self.stack[start:]
        del self.stack[start:]
        return found

    def pop(self) -> object:
        if self._marks and self._marks[-1] >= len(self.stack):
            raise ValueError("a mark where a value should be")
        return self.stack.pop()

    def discard(self, _: object) -> None:
        """Do POP, which drops a mark where one is on top."""
        if self._marks and self._marks[-1] == len(self.stack):
            self._marks.pop()
        else:
            self.stack.pop()

    def named(self, name: str) -> Global:
        short = name[:_MAX_NAME]
        if short not in self.names:
            if len(self.names) >= _MAX_NAMES:
                raise TooLargeError(f"a pickle that names over {_MAX_NAMES:,} globals is not read")
            self.names[short] = None
        return Global(short)

    def put(self, argument: object) -> None:
        self._memo[_whole(argument)] = self.stack[-1]

    def memoize(self, _: object) -> None:
        self._memo[len(self._memo)] = self.stack[-1]

    def get(self, argument: object) -> None:
        self.stack.append(self._memo[_whole(argument)])

    def global_(self, argument: object) -> None:
        self.stack.append(self.named(str(argument).replace(" ", ".", 1)))

    def stack_global(self, _: object) -> None:
        attribute, module = self.pop(), self.pop()
        texts = isinstance(attribute, str) and isinstance(module, str)
        name = f"{_short(module)}.{_short(attribute)}" if texts else "a computed name"
        self.stack.append(self.named(name))

    def extension(self, argument: object) -> None:
        self.stack.append(self.named(f"copyreg extension {argument}"))

    def reduce(self, _: object) -> None:
        arguments, function = self.pop(), self.pop()
        self.stack.append(Call(function, arguments))

    def reduce_ex(self, _: object) -> None:
        keywords, arguments, function = self.pop(), self.pop(), self.pop()
        self.stack.append(Call(function, (arguments, keywords)))

    def obj(self, _: object) -> None:
        function, *arguments = self.since_mark()
        self.stack.append(Call(function, tuple(arguments)))

    def inst(self, argument: object) -> None:
        function = self.named(str(argument).replace(" ", ".", 1))
        self.stack.append(Call(function, tuple(self.since_mark())))

    def build(self, _: object) -> None:
        state = self.pop()
        target = self.stack[-1]
        if isinstance(target, Call):
            target.state = state

    def persistent(self, argument: object) -> None:
        self.outside.append(Persistent(argument))
        self.stack.append(self.outside[-1])

    def persistent_top(self, _: object) -> None:
        self.persistent(self.pop())

    def append(self, _: object) -> None:
        self._extend([self.pop()])

    def appends(self, _: object) -> None:
        self._extend(self.since_mark())

    def _extend(self, items: list[object]) -> None:
        target = self.stack[-1]
        if isinstance(target, Call):
            target.items.extend(items)
        elif isinstance(target, list):
            target.extend(items)

    def set_item(self, _: object) -> None:
        value, key = self.pop(), self.pop()
        self._set([key, value])

    def set_items(self, _: object) -> None:
        self._set(self.since_mark())

    def _set(self, flat: list[object]) -> None:
        target = self.stack[-1]
        table = target.table if isinstance(target, Call) else target
        if isinstance(table, Table):
            table.pairs.extend(zip(flat[::2], flat[1::2], strict=True))

    def table(self, _: object) -> None:
        flat = self.since_mark()
        self.stack.append(Table())
        self._set(flat)

    def buffer(self, _: object) -> None:
        self.stack.append(Opaque("a buffer outside the pickle"))

    def new_list(self, _: object) -> None:
        self.stack.append([])

    def new_table(self, _: object) -> None:
        self.stack.append(Table())

    def marked_list(self, _: object) -> None:
        self.stack.append(self.since_mark())

    def marked_tuple(self, _: object) -> None:
        self.stack.append(tuple(self.since_mark()))

    def tuple_of(self, count: int) -> None:
        items = [self.pop() for _ in range(count)]
        self.stack.append(tuple(items[::-1]))

    def again(self, _: object) -> None:
        self.stack.append(self.stack[-1])

    def drop_mark(self, _: object) -> None:
        self.since_mark()


def _short(text: object) -> str:
    """Cut a text: a long one may stand for a name again and again, and is to cost nothing."""
    return text[:_MAX_NAME] if isinstance(text, str) else ""


def _whole(argument: object) -> int:
    """Return the index of a memo entry."""
    if not isinstance(argument, int) or not 0 <= argument < 2**32:
        raise ValueError("a memo index out of range")
    return argument


_CONSTANTS: dict[str, object] = {"NONE": None, "NEWTRUE": True, "NEWFALSE": False}
_SILENT = frozenset({"PROTO", "FRAME", "STOP", "READONLY_BUFFER"})
_ACTIONS: dict[str, Callable[[_Machine, object], None]] = {
    "MARK": _Machine.mark,
    "POP": _Machine.discard,
    "POP_MARK": _Machine.drop_mark,
    "DUP": _Machine.again,
    "PUT": _Machine.put,
    "BINPUT": _Machine.put,
    "LONG_BINPUT": _Machine.put,
    "MEMOIZE": _Machine.memoize,
    "GET": _Machine.get,
    "BINGET": _Machine.get,
    "LONG_BINGET": _Machine.get,
    "GLOBAL": _Machine.global_,
    "STACK_GLOBAL": _Machine.stack_global,
    "EXT1": _Machine.extension,
    "EXT2": _Machine.extension,
    "EXT4": _Machine.extension,
    "REDUCE": _Machine.reduce,
    "NEWOBJ": _Machine.reduce,
    "NEWOBJ_EX": _Machine.reduce_ex,
    "OBJ": _Machine.obj,
    "INST": _Machine.inst,
    "BUILD": _Machine.build,
    "PERSID": _Machine.persistent,
    "BINPERSID": _Machine.persistent_top,
    "NEXT_BUFFER": _Machine.buffer,
    "EMPTY_LIST": _Machine.new_list,
    "EMPTY_SET": _Machine.new_list,
    "EMPTY_DICT": _Machine.new_table,
    "LIST": _Machine.marked_list,
    "FROZENSET": _Machine.marked_tuple,
    "TUPLE": _Machine.marked_tuple,
    "EMPTY_TUPLE": lambda machine, _: machine.tuple_of(0),
    "TUPLE1": lambda machine, _: machine.tuple_of(1),
    "TUPLE2": lambda machine, _: machine.tuple_of(2),
    "TUPLE3": lambda machine, _: machine.tuple_of(3),
    "DICT": _Machine.table,
    "APPEND": _Machine.append,
    "APPENDS": _Machine.appends,
    "ADDITEMS": _Machine.appends,
    "SETITEM": _Machine.set_item,
    "SETITEMS": _Machine.set_items,
}
