"""What the names in a pickle would do: which stand for data, and which would run code."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: Names that stand for data in files of weights; loading them runs nothing of the file's choice.
_DATA = re.compile(
    r"""(?:
    collections\.(?:OrderedDict|defaultdict|deque|Counter)
    | torch(?:\.cuda|\.storage)?\.(?:\w+Storage|_TypedStorage|_UntypedStorage)
    | torch\._utils\._rebuild_\w+ | torch\._tensor\._rebuild_from_type_v2
    | torch\.(?:Size|device|Tensor|Generator|_C\._\w+Layout|serialization\._get_layout)
    | torch\.(?:b?float\d*\w*|double|half|u?int\d*|long|short|char|bool|complex\d+|q\w+)
    | torch\.(?:per_tensor_affine|per_channel_affine|per_channel_affine_float_qparams|strided)
    | torch\.(?:preserve_format|contiguous_format|channels_last)
    | torch\.nn\.parameter\.(?:Parameter|Buffer|UninitializedParameter)
    | torch\.nn\.modules\.(?!_)[\w.]+ | torch\.(?:optim|distributions)\.[\w.]+
    | torch\.jit\._pickle\.\w+ | __torch__\.[\w.]+
    | numpy\.(?:dtype|ndarray|bool_|u?int\d+|float\d+|str_|bytes_|dtypes\.\w+)
    | numpy\._?core\.multiarray\.(?:_reconstruct|scalar) | numpy\._?core\.numeric\._frombuffer
    | _codecs\.encode
    | (?:builtins|__builtin__)\.(?:set|frozenset|slice|complex|bytearray|range|xrange|int|long|float
      |str|unicode|bytes|bool|list|dict|tuple|object|NoneType|type|Ellipsis)
    | copy_?reg\._reconstructor | argparse\.Namespace | types\.SimpleNamespace
    | datetime\.(?:date|time|datetime|timedelta|timezone) | decimal\.Decimal | uuid\.UUID
    | fractions\.Fraction | pathlib\.(?:Pure)?(?:Posix|Windows)?Path
    )""",
    re.VERBOSE,
)

#: Modules whose functions run commands or code, reach files or the network, or load other code.
_HARMFUL = re.compile(
    r"""(?:
    (?:builtins|__builtin__)\.(?:eval|exec|execfile|compile|__import__|open|getattr|setattr|delattr
      |globals|locals|vars|input|breakpoint|apply|map|filter|reduce|help|memoryview)
    | (?:os|posix|nt|ntpath|posixpath|subprocess|_posixsubprocess|commands|popen2|pty|sys|shutil
      |socket|_socket|ssl|asyncio|multiprocessing|threading|_thread|concurrent|signal|ctypes
      |_ctypes|cffi|importlib|imp|_imp|runpy|pkgutil|zipimport|code|codeop|marshal|pickle|_pickle
      |cloudpickle|dill|joblib|shelve|webbrowser|urllib|urllib2|requests|httpx|http|httplib|aiohttp
      |ftplib|smtplib|telnetlib|xmlrpc|socketserver|pip|setuptools|distutils|venv|ensurepip|pdb|bdb
      |cProfile|profile|trace|timeit|doctest|idlelib|nose|pytest|unittest|operator|_operator
      |functools|itertools|linecache|tempfile|fileinput|glob|io|_io|types|inspect|gc|atexit|platform
      |winreg|_winapi|mmap|site|turtle|antigravity|logging|sqlite3|test)\.[\w.]+
    | numpy\.(?:load|save|fromfile|memmap|testing[\w.]*|f2py[\w.]*|distutils[\w.]*)
    | torch\.(?:load|save|hub|jit\.load|ops|utils|distributed|multiprocessing|_inductor|_dynamo
      |package|serialization)[\w.]*
    | copyreg\ extension\ .* | a\ computed\ name
    )""",
    re.VERBOSE,
)

_SHOWN = 5


def foreign_names(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names that stand for no data, those that would run code first.

    >>> foreign_names(["torch.FloatStorage", "my.models.Net", "os.system"])
    ('os.system', 'my.models.Net')
    """
    foreign = [name for name in names if not _DATA.fullmatch(name)]
    return tuple(sorted(foreign, key=lambda name: not is_harmful(name)))


def is_harmful(name: str) -> bool:
    """Tell whether a name is known to run code or commands, or to reach files or the network.

    >>> is_harmful("os.system"), is_harmful("my.models.Net")
    (True, False)
    """
    return not _DATA.fullmatch(name) and bool(_HARMFUL.fullmatch(name))


def say_foreign(names: Iterable[str]) -> tuple[str, ...]:
    """Say in sentences what loading a pickle with these names would run.

    >>> say_foreign(["os.system", "torch.FloatStorage"])
    ('this pickle calls os.system; it was not executed',)
    """
    foreign = foreign_names(names)
    harmful = [name for name in foreign if is_harmful(name)]
    others = foreign[len(harmful) :]
    said = []
    if harmful:
        said.append(f"this pickle calls {_list(harmful)}; it was not executed")
    if others:
        said.append(
            f"this pickle needs code that is not in the file: {_list(others)}; it was not loaded"
        )
    return tuple(said)


def _list(names: Iterable[str]) -> str:
    """List a few names, printable, and count the rest."""
    held = [name.encode("ascii", "backslashreplace").decode()[:80] for name in names]
    held = ["".join(each if each.isprintable() else "?" for each in name) for name in held]
    more = f" and {len(held) - _SHOWN} more" if len(held) > _SHOWN else ""
    return ", ".join(held[:_SHOWN]) + more
