"""Requests that say they are the same: what the second one makes is what the first one made.

A key stands for one identifier, which is kept before anything is done. So the same request again, after
whatever cut the first one off, goes on with the same thing instead of making another.
https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from dataclasses import dataclass
from typing import Protocol

from travel_crm.domain.errors import MismatchError
from travel_crm.domain.fields import new_identifier


@dataclass(frozen=True)
class Earlier:
    """What is kept under a key: which request it came with, and the identifier of what that one makes."""

    fingerprint: str
    identifier: str


class IdempotencyKeys(Protocol):
    """Keeps one tenant's keys, for a week at least."""

    async def keep(self, key: str, first: Earlier) -> Earlier:
        """Keep this under a key that is new, and return what is kept under it.

        Raises `UnavailableError` when the store is not reached.
        """
        ...


async def identifier_under(keys: IdempotencyKeys, key: str, fingerprint: str) -> str:
    """Return the identifier of what a request makes: a fresh one, or the same for the same request again.

    Raises `MismatchError` where the key was used for another request.
    """
    kept = await keys.keep(key, Earlier(fingerprint, new_identifier()))
    if kept.fingerprint != fingerprint:
        raise MismatchError("Idempotency-Key was used for another request before")
    return kept.identifier
