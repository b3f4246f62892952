"""How the use cases say that something happened which is worth counting."""

from typing import Protocol


class Count(Protocol):
    """Counts one more, under what distinguishes it: `count(gateway="sandbox", status="captured")`."""

    def __call__(self, **attributes: str) -> None:
        """Count one more; never raises."""
        ...
