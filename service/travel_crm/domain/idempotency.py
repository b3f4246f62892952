"""Requests that say they are the same: the second has the answer of the first, and does nothing.

https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Protocol

from travel_crm.domain.errors import ConflictError, MismatchError, UnavailableError


@dataclass(frozen=True)
class Earlier:
    """What is known of an earlier request under a key; `outcome` is None while it is being worked on."""

    fingerprint: str
    outcome: str | None


class IdempotencyKeys(Protocol):
    """Keeps one tenant's keys; all methods raise `UnavailableError` when the store is not reached."""

    async def claim(self, key: str, fingerprint: str) -> Earlier | None:
        """Return None to the first one; to all others what is known of the first."""
        ...

    async def complete(self, key: str, outcome: str) -> None:
        """Keep the identifier of what came of it."""
        ...

    async def release(self, key: str) -> None:
        """Let the key be claimed again, as nothing came of it."""
        ...


async def once(keys: IdempotencyKeys, key: str, fingerprint: str, work: Callable[[], Awaitable[str]]) -> str:
    """Return what `work` does, an identifier, or what it did for the same request before.

    Raises `MismatchError` where the key was used for another request, `ConflictError` while the first is
    being worked on. Work that raises leaves the key free.
    """
    earlier = await keys.claim(key, fingerprint)
    if earlier is not None:
        return _outcome_of(earlier, fingerprint)
    try:
        outcome = await work()
    except BaseException:
        with suppress(UnavailableError):
            await keys.release(key)
        raise
    await keys.complete(key, outcome)
    return outcome


def _outcome_of(earlier: Earlier, fingerprint: str) -> str:
    if earlier.fingerprint != fingerprint:
        raise MismatchError("Idempotency-Key was used for another request before")
    if earlier.outcome is None:
        raise ConflictError("The request with this Idempotency-Key is still being worked on")
    return earlier.outcome
