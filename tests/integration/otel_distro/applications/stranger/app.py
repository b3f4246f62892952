"""A shop of three files: FastAPI, Redis, PyMongo, and not a word of telemetry."""

from typing import Any

import cache
import store
from fastapi import FastAPI, HTTPException

app = FastAPI()


@app.get("/up")
def up() -> str:
    """Say that the application serves."""
    return "up"


@app.post("/orders/{order_id}")
async def create_order(order_id: str) -> dict[str, Any]:
    """Write an order, and forget what was cached of it."""
    await store.save(order_id)
    await cache.forget(order_id)
    return {"order": order_id}


@app.get("/orders/{order_id}")
async def read_order(order_id: str) -> dict[str, Any]:
    """Answer from the cache, or else from the store."""
    if not await cache.knows(order_id) and not await store.load(order_id):
        raise HTTPException(404, "no such order")
    await cache.remember(order_id)
    return {"order": order_id}


@app.get("/count")
def count() -> dict[str, int]:
    """Count with the synchronous clients, in a thread."""
    return {"stored": store.count(), "cached": cache.count()}
