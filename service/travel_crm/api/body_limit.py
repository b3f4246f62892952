"""The limit on the size of a request's body.

FastAPI's own (`max_body_size`) answers in plain text. This one raises where the body is read, so that the
answer is made where all others are, with the error body.
"""

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 64 * 1024


class BodyLimitMiddleware:
    """Ends the reading of a body after 64 KiB with 413."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the bytes that the application reads."""
        read = 0

        async def counting_receive() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > LARGEST_BODY:
                raise HTTPException(413, "The body is larger than 64 KiB")
            return message

        await self._app(scope, counting_receive if scope["type"] == "http" else receive, send)
