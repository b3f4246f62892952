"""How many jobs a queue holds, by what they wait for.

The API watches it, since it is there when no worker is. Several processes of the API see the same queue:
add up by taking the highest, `max by (queue_name, status)`.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping

from opentelemetry import metrics

from travel_crm.domain.errors import UnavailableError

_SECONDS_BETWEEN_LOOKS = 2.0

_logger = logging.getLogger(__name__)

Look = Callable[[], Awaitable[Mapping[str, int]]]


async def watch_job_queue(queue_name: str, look: Look) -> None:
    """Measure the queue until cancelled; while it does not answer there is no measurement.

    `look` returns the number of jobs by status, or raises `UnavailableError`.
    """
    gauge = metrics.get_meter("travel_crm").create_gauge(
        "travel_crm.job_queue.size", "{job}", "Jobs on the queue by status."
    )
    while True:
        try:
            for status, jobs in (await look()).items():
                gauge.set(jobs, {"queue_name": queue_name, "status": status})
        except UnavailableError as error:
            _logger.debug("job queue not measured: %s", error)
        await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)
