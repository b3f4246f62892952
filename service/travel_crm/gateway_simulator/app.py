"""The provider's HTTP interface: charges, and a control for how it behaves.

    opentelemetry-instrument uvicorn travel_crm.gateway_simulator.app:app --port 8010

It stands for a company outside: nothing of the Travel CRM is used here, and it asks for no authentication.
"""

from typing import Annotated, Any

from fastapi import FastAPI, Header
from fastapi.responses import HTMLResponse, JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from travel_crm.gateway_simulator.behaviour import Behaviour, Manner
from travel_crm.gateway_simulator.ledger import Ledger


class NewCharge(BaseModel):
    """What is to be charged, in the currency's minor unit."""

    model_config = ConfigDict(extra="forbid")

    token: Annotated[str, Field(max_length=200)]
    reference: Annotated[str, Field(max_length=200)]
    amount: Annotated[int, Field(gt=0)]
    currency: str


def create_app() -> FastAPI:
    """Return a provider with empty books that behaves well."""
    app = FastAPI(title="Payment gateway simulator", summary="Plays the payment provider cardpay.")
    ledger, behaviour = Ledger(), Behaviour()

    @app.post("/charges", status_code=201)
    async def charge(charge: NewCharge, idempotency_key: Annotated[str, Header(max_length=200)]) -> Response:
        manner = behaviour.manner_of(charge.token, first=ledger.is_new(idempotency_key))
        await manner.delay()
        return _answer(manner, lambda: ledger.charge(idempotency_key, approved=manner.approves))

    @app.put("/behaviour")
    async def behave(wanted: Behaviour) -> Behaviour:
        behaviour.become(wanted)
        return behaviour

    @app.get("/behaviour")
    async def behaves() -> Behaviour:
        return behaviour

    @app.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    return app


def _answer(manner: Manner, book: Any) -> Response:
    if manner.is_nonsense:
        return HTMLResponse("<html>It works!</html>")
    if manner.status >= 500:
        return JSONResponse({"error": "out of order"}, manner.status)
    return JSONResponse(book(), manner.status)


app = create_app()
