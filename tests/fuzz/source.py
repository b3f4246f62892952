"""Makes values of all kinds out of bytes that a fuzzer chose.

Each byte decides something small, so that a change of one byte changes the value a little.
"""

import struct
from decimal import Decimal
from typing import Any

from tests.unit.otel_distro.otlp.hostile import VALUES

_ZOO = sorted(VALUES.keys() - {"huge text", "huge texts", "huge bytes", "list of a million", "bomb"})
_DEEPEST = 40


class Source:
    """Bytes that are used up from the front; zeros follow them.

    Args:
        data: the fuzzer's.
    """

    def __init__(self, data: bytes) -> None:
        self._data = memoryview(data)

    @property
    def empty(self) -> bool:
        """Whether all bytes are used up."""
        return not self._data

    def take(self, count: int) -> bytes:
        """Return the next bytes."""
        taken, self._data = bytes(self._data[:count]), self._data[count:]
        return taken.ljust(count, b"\0")

    def below(self, limit: int) -> int:
        """Return a number of one byte below a limit."""
        return self.take(1)[0] % limit

    def text(self) -> str:
        """Return text of any code points, surrogates included."""
        points = [int.from_bytes(self.take(2), "little") for _ in range(self.below(24))]
        return "".join(chr(point) for point in points)

    def value(self, depth: int = 0) -> Any:
        """Return a value of any kind."""
        kind = self.below(12)
        if kind < 2 and depth < _DEEPEST and not self.empty:
            return self._container(kind, depth + 1)
        scalars = (
            self.text,
            lambda: self.take(self.below(40)),
            lambda: int.from_bytes(self.take(self.below(20)), "little", signed=True),
            lambda: struct.unpack("<d", self.take(8))[0],
            lambda: bool(self.below(2)),
            lambda: None,
            lambda: Decimal(self.below(200)) / 7,
            lambda: VALUES[_ZOO[self.below(len(_ZOO))]](),
        )
        return scalars[kind % len(scalars)]()

    def attributes(self) -> dict[Any, Any]:
        """Return attributes, most of them under keys that are text."""
        found: dict[Any, Any] = {}
        for number in range(self.below(8)):
            key: Any = self.text() or number
            found[key] = self.value()
        return found

    def _container(self, kind: int, depth: int) -> Any:
        elements = [self.value(depth) for _ in range(self.below(6))]
        if kind:
            return elements
        mapping: dict[Any, Any] = {self.text(): element for element in elements}
        if self.below(4) == 3:
            mapping["itself"] = mapping
        return mapping
