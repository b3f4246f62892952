"""The provider's books: a key that was seen before has the answer from before, and charges nothing."""

from collections import OrderedDict
from uuid import uuid4

_MOST_KEPT = 10_000

Entry = dict[str, str]


class Ledger:
    """Keeps the latest ten thousand charges by their idempotency key, in memory."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._charges: OrderedDict[str, Entry] = OrderedDict()

    def is_new(self, key: str) -> bool:
        """Return whether a charge under this key is asked for the first time."""
        if len(self._seen) > _MOST_KEPT:
            self._seen.clear()
        before = len(self._seen)
        self._seen.add(key)
        return len(self._seen) > before

    def charge(self, key: str, *, approved: bool) -> Entry:
        """Enter a charge and return it, or return the one that was entered under this key."""
        if key not in self._charges:
            status = "captured" if approved else "declined"
            self._charges[key] = {"id": f"cp_{uuid4().hex}", "status": status}
            if len(self._charges) > _MOST_KEPT:
                self._charges.popitem(last=False)
        return self._charges[key]
