"""The worker process: works on the job queue until SIGTERM or SIGINT, then finishes the job in hand.

python -m travel_crm.worker
"""

import asyncio
import logging
import signal

from travel_crm.logging_configuration import configure_logging
from travel_crm.settings import Settings, settings_or_exit
from travel_crm.worker_bootstrap import open_job_runner

_logger = logging.getLogger("travel_crm.worker")


def main() -> None:
    """Run the worker; return, for exit status 0, once it was told to stop and has finished."""
    settings = settings_or_exit()
    configure_logging(settings)
    asyncio.run(_work(settings))


async def _work(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with open_job_runner(settings) as runner:
        _logger.info("worker started")
        await runner.run(stop)
    _logger.info("worker stopped")


if __name__ == "__main__":
    main()
