"""Sends one request at its turn and takes down how it was answered."""

from typing import Any

import httpx

from stack.traffic.pace import Pace
from stack.traffic.tally import Tally

_TIMEOUT = 15.0
_MOST_CONNECTIONS = 100
# Less than the five after which uvicorn closes one, maybe at the moment when it is used again.
_SECONDS_TO_KEEP_A_CONNECTION = 2.0


class Caller:
    """An agency's connection to the API."""

    def __init__(self, api: str, key: str, pace: Pace, tally: Tally) -> None:
        self._client = httpx.AsyncClient(
            base_url=api,
            headers={"X-API-Key": key},
            timeout=_TIMEOUT,
            limits=httpx.Limits(
                max_connections=_MOST_CONNECTIONS, keepalive_expiry=_SECONDS_TO_KEEP_A_CONNECTION
            ),
            trust_env=False,
        )
        self._pace = pace
        self._tally = tally

    async def __aenter__(self) -> "Caller":
        await self._client.__aenter__()
        return self

    async def __aexit__(self, *exc_info: object) -> None:
        await self._client.aclose()

    async def get(self, route: str, identifier: str = "", **parameters: Any) -> httpx.Response | None:
        """Send a GET; `route` is the template as metrics have it, with `identifier` in the place of `{}`."""
        return await self._send("GET", route, identifier, params=parameters)

    async def post(
        self, route: str, body: object = None, identifier: str = "", **headers: str
    ) -> httpx.Response | None:
        """Send a POST; return None where there was no answer."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return await self._send("POST", route, identifier, json=body, headers=named)

    async def _send(
        self, method: str, route: str, identifier: str, **arguments: Any
    ) -> httpx.Response | None:
        await self._pace.turn()
        path = (
            route
            if "{" not in route
            else route[: route.index("{")] + identifier + route[route.index("}") + 1 :]
        )
        try:
            response = await self._client.request(method, path, **arguments)
        except httpx.HTTPError:
            self._tally.unanswered += 1
            return None
        self._tally.request(method, route, response.status_code)
        return response
