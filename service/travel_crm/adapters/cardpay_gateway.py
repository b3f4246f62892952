"""The payment gateway cardpay, over HTTP: a charge has a deadline, and one that got lost is sent again.

Sending again is safe, as every try carries the same `Idempotency-Key`. Only what may pass is tried again: no
connection, no answer in time, 502, 503, 504; the tries together take four seconds at most.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx

from travel_crm.domain.errors import PaymentFailedError
from travel_crm.domain.payments import Charge, GatewayName, Payment, PaymentStatus

_TIMEOUT = httpx.Timeout(1.5, connect=0.5)
_SECONDS_FOR_ALL_TRIES = 3.5
_SECONDS_BEFORE_TRYING_AGAIN = (0.1, 0.3)
# Less than the five after which servers such as uvicorn close one, maybe as it is used again.
_SECONDS_TO_KEEP_A_CONNECTION = 2.0
_MAY_PASS = (502, 503, 504)


@asynccontextmanager
async def open_cardpay(url: str) -> AsyncIterator["CardpayGateway"]:
    """Return the gateway at a URL; nothing is reached here."""
    limits = httpx.Limits(keepalive_expiry=_SECONDS_TO_KEEP_A_CONNECTION)
    async with httpx.AsyncClient(base_url=url, timeout=_TIMEOUT, limits=limits, trust_env=False) as client:
        yield CardpayGateway(client)


class CardpayGateway:
    """Charges through cardpay."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def charge(self, payment: Payment, token: str, idempotency_key: str) -> Charge:
        """Charge the price.

        Raises `PaymentFailedError` when the gateway does not answer in time or is out of order; an answer
        that is no JSON, or says what nobody knows, is raised as `ValueError`.
        """
        request = self._client.build_request(
            "POST",
            "/charges",
            headers={"Idempotency-Key": idempotency_key},
            json={"token": token, "reference": payment.id, **payment.price.model_dump()},
        )
        try:
            async with asyncio.timeout(_SECONDS_FOR_ALL_TRIES):
                response = await self._answered(request)
        except (TimeoutError, httpx.TimeoutException) as error:
            raise PaymentFailedError(GatewayName.CARDPAY, timed_out=True) from error
        except httpx.HTTPError as error:
            raise PaymentFailedError(GatewayName.CARDPAY) from error
        answer = response.json()
        return Charge(status=PaymentStatus(answer["status"]), reference=answer["id"])

    async def _answered(self, request: httpx.Request) -> httpx.Response:
        for pause in _SECONDS_BEFORE_TRYING_AGAIN:
            try:
                response = await self._client.send(request)
            except httpx.TransportError:
                await asyncio.sleep(pause)
                continue
            if response.status_code not in _MAY_PASS:
                return response.raise_for_status()
            await asyncio.sleep(pause)
        return (await self._client.send(request)).raise_for_status()
