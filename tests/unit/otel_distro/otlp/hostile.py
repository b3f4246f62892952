"""The zoo: values that an application can hand over, and that hurt an encoder or the SDK.

Each is made anew by its function, named for what is wrong with it.
"""

import asyncio
import enum
from collections import UserDict, UserList
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any


class Colour(enum.Enum):
    """An enum whose members are no numbers and no text."""

    RED = "red"
    LIST = ["a"]  # noqa: RUF012 - a mutable value is the point


class Level(enum.IntEnum):
    """An enum whose members are integers."""

    HIGH = 3


class Unshowable:
    """Neither `str` nor `repr` works."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


class UnshowableError(Exception):
    """An exception that cannot be shown."""

    def __str__(self) -> str:
        raise RuntimeError("no text")


class UnshowableBadly:
    """`str` raises what is no `Exception`."""

    def __str__(self) -> str:
        raise GeneratorExit

    __repr__ = __str__


class NotText:
    """`str` answers with something else."""

    def __str__(self) -> str:
        return 5  # type: ignore[return-value]


class Plain:
    """An object with nothing to show."""


class TextSubclass(str):
    """Text whose own methods raise."""

    __slots__ = ()

    def __str__(self) -> str:
        raise RuntimeError("no text")

    def encode(self, *_args: Any, **_kwargs: Any) -> bytes:
        """Raise, as a careless override does."""
        raise RuntimeError("no bytes")


class RaisingMapping(Mapping[str, Any]):
    """A mapping that cannot be read."""

    def __getitem__(self, key: str) -> Any:
        raise RuntimeError("no item")

    def __iter__(self) -> Iterator[str]:
        raise RuntimeError("no keys")

    def __len__(self) -> int:
        raise RuntimeError("no length")


class EndlessSequence(Sequence[int]):
    """A sequence that never ends, and lies about its length."""

    def __getitem__(self, index: Any) -> Any:
        return index

    def __iter__(self) -> Iterator[int]:
        while True:
            yield 1

    def __len__(self) -> int:
        return 0


class FakeScalar:
    """What numpy makes of one number: known by its `dtype`."""

    dtype = "int64"
    size = 1

    def __init__(self, number: float) -> None:
        self.number = number

    def item(self) -> float:
        """Return the Python number."""
        return self.number

    def tolist(self) -> float:
        """Return the Python number, as an array of no dimension does."""
        return self.number


class FakeArray:
    """An array of numpy's that is too large to be taken over."""

    dtype = "int64"
    size = 10**9

    def tolist(self) -> list[int]:
        """Fail the test: this would take minutes."""
        raise AssertionError("read beyond the bound")

    def __str__(self) -> str:
        return "[0 1 2 ... 7 8 9]"


@dataclass
class Point:
    """A dataclass, shown by its generated `repr`."""

    x: int
    y: Any


class Shady:
    """Claims another class, and raises when it is looked at."""

    @property
    def __class__(self) -> Any:  # type: ignore[override]
        """Raise when it is asked what it is."""
        raise RuntimeError("none of your business")


def _cancelled(*_args: Any, **_kwargs: Any) -> Any:
    """Raise what is no `Exception`, as a task that was cancelled does when its result is asked for."""
    raise asyncio.CancelledError


_METHODS = (
    "__str__",
    "__repr__",
    "__format__",
    "__len__",
    "__iter__",
    "__next__",
    "__getitem__",
    "__contains__",
    "__eq__",
    "__bool__",
    "__call__",
    "__float__",
    "__int__",
    "__index__",
    "__lt__",
    "__gt__",
    "__getattribute__",
    "__class__",
    "keys",
    "values",
    "items",
    "get",
    "copy",
    "item",
    "tolist",
)

Cancelling = type("Cancelling", (), dict.fromkeys(_METHODS, _cancelled))
CancellingDict = type("CancellingDict", (dict,), dict.fromkeys(_METHODS, _cancelled))
CancellingFloat = type("CancellingFloat", (float,), dict.fromkeys(_METHODS, _cancelled))
CancellingError = type("CancellingError", (Exception,), dict.fromkeys(_METHODS, _cancelled))


class Incomparable:
    """A key that can be compared until a dictionary is built."""

    built = False

    def __hash__(self) -> int:
        return 1

    def __eq__(self, other: object) -> bool:
        if self.built:
            raise asyncio.CancelledError
        return self is other


def incomparable_keys() -> dict[Any, str]:
    """Return a dictionary that compares its keys when it is copied, and cannot."""
    keys = [Incomparable() for _ in range(9)]
    built: dict[Any, str] = dict.fromkeys(keys, "fine")
    for key in keys[:7]:
        del built[key]
    for key in keys:
        key.built = True
    return built


def cyclic_list() -> list[Any]:
    """Return a list that holds itself."""
    cycle: list[Any] = ["a"]
    cycle.append(cycle)
    return cycle


def cyclic_dict() -> dict[str, Any]:
    """Return a dictionary that holds itself, at one remove."""
    cycle: dict[str, Any] = {"a": 1}
    cycle["b"] = [cycle]
    return cycle


def deep_list(depth: int = 5000) -> list[Any]:
    """Return lists within each other."""
    nested: list[Any] = []
    for _ in range(depth):
        nested = [nested]
    return nested


def deep_dict(depth: int = 5000) -> dict[str, Any]:
    """Return dictionaries within each other."""
    nested: dict[str, Any] = {}
    for _ in range(depth):
        nested = {"a": nested}
    return nested


def bomb() -> list[Any]:
    """Return ten elements that stand for ten thousand million: each level holds the next ten times."""
    level: list[Any] = ["x"]
    for _ in range(10):
        level = [level] * 10
    return level


VALUES: dict[str, Callable[[], Any]] = {
    "lone surrogate": lambda: "a\ud800b",
    "surrogate in a list": lambda: ["\udfff", "fine"],
    "surrogate as a key": lambda: {"\ud800": "\ud800"},
    "NUL": lambda: "a\0b",
    "cyclic list": cyclic_list,
    "cyclic dict": cyclic_dict,
    "deep list": deep_list,
    "deep dict": deep_dict,
    "bomb": bomb,
    "str raises": Unshowable,
    "str raises no Exception": UnshowableBadly,
    "str is no text": NotText,
    "str raises in a list": lambda: [Unshowable(), "fine"],
    "str raises as a key": lambda: {Unshowable(): "fine"},
    "nothing to show": Plain,
    "text whose methods raise": lambda: TextSubclass("text"),
    "huge text": lambda: "x" * 10_000_000,
    "huge texts": lambda: ["x" * 1_000_000] * 20,
    "huge bytes": lambda: b"x" * 10_000_000,
    "bytes": lambda: b"\xff\xfe\x00",
    "bytearray": lambda: bytearray(b"\xff"),
    "memoryview": lambda: memoryview(b"\xff"),
    "keys that are no text": lambda: {1: "a", "1": "b", None: "c", (1, 2): "d", b"k": "e", Level.HIGH: "f"},
    "empty key": lambda: {"": "a"},
    "NaN": lambda: float("nan"),
    "infinity": lambda: [float("inf"), float("-inf")],
    "2**63": lambda: 2**63,
    "-2**63 - 1": lambda: -(2**63) - 1,
    "2**70 in a list": lambda: [2**70, 1],
    "2**100000": lambda: 2**100_000,
    "set": lambda: {1, 2, 3},
    "frozenset": lambda: frozenset(("a",)),
    "dict views": lambda: [{"a": 1}.keys(), {"a": 1}.values(), {"a": 1}.items()],
    "enum": lambda: Colour.RED,
    "enum of a list": lambda: Colour.LIST,
    "integer enum": lambda: Level.HIGH,
    "enum class": lambda: Colour,
    "numpy scalar": lambda: FakeScalar(5),
    "numpy float": lambda: FakeScalar(0.5),
    "numpy array": FakeArray,
    "dataclass": lambda: Point(1, "a"),
    "dataclass that holds what cannot be shown": lambda: Point(1, Unshowable()),
    "decimal": lambda: Decimal("1.5"),
    "fraction": lambda: Fraction(1, 3),
    "complex": lambda: 1j,
    "exception": lambda: ValueError("a"),
    "function": lambda: deep_list,
    "generator": lambda: (index for index in range(3)),
    "range": lambda: range(10**12),
    "endless sequence": EndlessSequence,
    "mapping that raises": RaisingMapping,
    "user's containers": lambda: UserDict(a=UserList([1, 2])),
    "mapping proxy": lambda: MappingProxyType({"a": 1}),
    "list of a million": lambda: list(range(1_000_000)),
    "dict of a hundred thousand": lambda: dict.fromkeys(map(str, range(100_000)), 1),
    "claims another class": Shady,
    "every method is cancelled": Cancelling,
    "every method of a dict is cancelled": lambda: CancellingDict(a=1),
    "every method of a float is cancelled": lambda: CancellingFloat(1),
    "every method of an exception is cancelled": lambda: CancellingError("a"),
    "keys that cannot be compared": incomparable_keys,
    "None": lambda: None,
}
