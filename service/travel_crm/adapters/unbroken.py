"""Operations of PyMongo that are carried out to their end, though whoever waits for them is cancelled.

`asyncio.wait_for` of Python 3.11, which PyMongo waits for a server through, can be cancelled while it takes
back the lock that all operations of a client need. Then the lock is taken by nobody's task, for good, and no
operation ever ends again. https://github.com/python/cpython/issues/86296
"""

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

_Result = TypeVar("_Result")


async def unbroken(operations: Awaitable[_Result]) -> _Result:
    """Return what the operations return, or raise what they raise; a cancellation waits for their end."""
    task = asyncio.ensure_future(operations)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        task.exception()
        raise asyncio.CancelledError
    return task.result()
