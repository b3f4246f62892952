"""Work that goes on beside everything else for as long as something else lasts.

Part of the bootstrap: the upkeep of the job queue in the worker, the making of indexes in the API.
"""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress

_SECONDS_BEFORE_CANCELLING_AGAIN = 0.2


@asynccontextmanager
async def running_beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Run the work as a task, and cancel it at the end; what it failed with before is raised then.

    Cancelling once is not enough: `asyncio.wait_for` of Python 3.11, which redis-py writes through, loses a
    cancellation that arrives as it is done (https://github.com/python/cpython/issues/86296).
    """
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=_SECONDS_BEFORE_CANCELLING_AGAIN)
    with suppress(asyncio.CancelledError):
        task.result()
