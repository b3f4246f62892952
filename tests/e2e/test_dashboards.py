"""Every query of every panel and of every variable has data, on the live stack, while people use it."""

import asyncio
import json
import math
import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from backends.grafana.generator.__main__ import FOLDER
from stack.addresses import Addresses
from stack.demo_key import demo_key
from stack.traffic.play import Play, play_traffic
from tests.catalogues.dashboard_queries import Query, queries_of
from tests.e2e.backends import ask
from tests.e2e.conftest import Sent, until

PLAY = Play(seconds=30, rate=15, failures=0.1)
SECONDS_BACK = 600
_TRACE_ID = re.compile(r"[0-9a-f]{32}")


def _pages() -> Iterator[Any]:
    for file in sorted(FOLDER.glob("*.json")):
        for query in queries_of(json.loads(file.read_text(encoding="utf-8"))):
            yield pytest.param(query, id=f"{file.stem}: {query.where}")


@pytest.fixture(scope="module")
def used(full_stack: Any, failed: Sent) -> Sent:
    """Play an agency's days, with failures, slow ones and breaches; return a request that failed."""
    api, key = Addresses(full_stack.settings.ports).api, demo_key(full_stack.settings)
    asyncio.run(play_traffic(api, key, PLAY, lambda seconds, so_far: None))
    return failed


@pytest.fixture(scope="module")
def has_data(full_stack: Any, used: Sent) -> Callable[[Query], bool]:
    """Ask a query's source, about the failed request where a trace is chosen.

    A database that does little is slow from a millisecond on.
    """
    addresses = Addresses(full_stack.settings.ports)

    def look(query: Query) -> bool:
        text = query.filled(trace_id=used.trace_id, slow="1ms")
        if query.label:
            return _labels(addresses, text, query.label)
        return {"prometheus": _series, "loki": _lines, "tempo": _traces}[query.source](addresses, text)

    return look


@pytest.mark.parametrize("query", list(_pages()))
def test_query_has_data(has_data: Callable[[Query], bool], query: Query) -> None:
    """An empty panel is one that nobody looks at again."""
    until(lambda: has_data(query), 90)


def _get(url: str, **parameters: str) -> Any:
    response = ask(url, **parameters)
    assert response.status_code == 200, response.text
    return response.json()


def _window() -> dict[str, str]:
    now = time.time()
    return {"start": str(int(now) - SECONDS_BACK), "end": str(int(now) + 1)}


def _series(addresses: Addresses, query: str) -> bool:
    """Return whether there is a number, and not only the lack of one."""
    found = _get(f"{addresses.prometheus}/api/v1/query_range", query=query, step="5", **_window())
    series = found["data"]["result"]
    return any(math.isfinite(float(value)) for one in series for _, value in one["values"])


def _labels(addresses: Addresses, series: str, label: str) -> bool:
    found = _get(f"{addresses.prometheus}/api/v1/label/{label}/values", **{"match[]": series})
    return bool(found["data"])


def _lines(addresses: Addresses, query: str) -> bool:
    found = _get(f"{addresses.loki}/loki/api/v1/query_range", query=query, since="1h")
    return bool(found["data"]["result"])


def _traces(addresses: Addresses, query: str) -> bool:
    if _TRACE_ID.fullmatch(query):
        return bool(_get(addresses.tempo_trace(query))["batches"])
    return bool(_get(f"{addresses.tempo}/api/search", q=query, limit="20", **_window())["traces"])
