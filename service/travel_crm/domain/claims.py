"""Claims: who comes first has a thing to itself for as long as its work takes.

A claim that is never released, as its process died, is anybody's again after a minute.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol

from travel_crm.domain.errors import ConflictError, UnavailableError


class Claims(Protocol):
    """Keeps claims; all methods raise `UnavailableError` when the store is not reached."""

    async def claim(self, identifier: str) -> bool:
        """Return True to one caller, and to the others False until it is released."""
        ...

    async def release(self, identifier: str) -> None:
        """Forget the claim."""
        ...


@asynccontextmanager
async def claimed(claims: Claims, identifier: str, refusal: str) -> AsyncIterator[None]:
    """Hold the claim for as long as the context lasts; raise `ConflictError` while somebody else has it."""
    if not await claims.claim(identifier):
        raise ConflictError(refusal)
    try:
        yield
    finally:
        with suppress(UnavailableError):
            await claims.release(identifier)
