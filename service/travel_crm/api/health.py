"""`/health`: whether the process lives, and whether it can do its work.

A probe's outcome is ok or down and nothing more: the reason is nobody's business outside.
"""

import asyncio
import time
from datetime import UTC, datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from travel_crm.api.dependencies import ServicesOfApp
from travel_crm.probing import Probe

router = APIRouter(prefix="/health", tags=["health"])


class Liveness(BaseModel):
    """The process lives."""

    status: Literal["ok"] = "ok"
    timestamp: datetime


class Readiness(BaseModel):
    """Whether requests can be served, and what each thing they need says."""

    status: Literal["ready", "not_ready"]
    checks: dict[str, Literal["ok", "down"]]
    timestamp: datetime


class Startup(BaseModel):
    """The process has started."""

    status: Literal["started"] = "started"
    uptime: Annotated[float, Field(ge=0, description="Seconds since it started.")]
    timestamp: datetime


@router.get("/live", summary="Does the process live?")
async def live() -> Liveness:
    """Return 200 for as long as the process answers at all."""
    return Liveness(timestamp=datetime.now(UTC))


@router.get(
    "/ready",
    summary="Can requests be served?",
    responses={503: {"model": Readiness, "description": "Something that is needed does not answer."}},
)
async def ready(services: ServicesOfApp, response: Response) -> Readiness:
    """Ask the document store and Redis, once for all who ask meanwhile; 503 says which one is down.

    It takes a second at most.
    """
    outcomes = await asyncio.gather(*map(_check, services.probes.values()))
    checks = dict(zip(services.probes, outcomes, strict=True))
    all_ok = "down" not in outcomes
    response.status_code = 200 if all_ok else 503
    return Readiness(status="ready" if all_ok else "not_ready", checks=checks, timestamp=datetime.now(UTC))


@router.get("/startup", summary="Has the process started?")
async def startup(request: Request) -> Startup:
    """Return 200 once the service has started, which waits for nothing, and for how long it has run."""
    uptime = round(time.monotonic() - request.app.state.started, 3)
    return Startup(uptime=uptime, timestamp=datetime.now(UTC))


async def _check(probe: Probe) -> Literal["ok", "down"]:
    return "ok" if await probe.answers() else "down"
