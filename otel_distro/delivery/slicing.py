"""Says how many records are encoded at once, from how long the last ones took.

Encoding holds the interpreter's lock. Most records take some microseconds; those with a hundred
attributes, or with stack traces, take a hundred times as long, and then fewer of them make a slice.
"""

MOST = 64
FEWEST = 4
LONGEST = 0.002
"""Seconds for which a slice should hold the lock at most."""

_SHORT = LONGEST / 4


class Slicing:
    """The size of the next slice."""

    def __init__(self) -> None:
        self.size = MOST

    def took(self, records: int, seconds: float) -> None:
        """Learn from a slice.

        Args:
            records: in it.
            seconds: of processor time; time for which others ran is not held against it.
        """
        if seconds > LONGEST:
            self.size = max(int(records * LONGEST / seconds), FEWEST)
        elif seconds < _SHORT and records >= self.size:
            self.size = min(self.size * 2, MOST)
