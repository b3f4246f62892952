"""The command that shows the jobs which were given up, and puts them back on the queue.

python -m travel_crm.dead_letters list
python -m travel_crm.dead_letters requeue ID|all
"""

import argparse
import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from travel_crm.adapters.redis_client import create_redis_client
from travel_crm.adapters.redis_dead_jobs import RedisDeadJobs
from travel_crm.adapters.redis_job_keys import EMAILS
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.jobs import Job
from travel_crm.settings import Settings, settings_or_exit

_SECONDS_TO_ANSWER = 3.0


def main() -> int:
    """Run the command and return its exit status: 1 where Redis is away or no job has the identifier."""
    parser = argparse.ArgumentParser(prog="python -m travel_crm.dead_letters", description="Dead jobs.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("list", help="show them, latest first").set_defaults(wanted=None)
    requeue = commands.add_parser("requeue", help="let them be taken again")
    requeue.add_argument("wanted", metavar="ID", help="a job's identifier, or all")
    arguments = parser.parse_args()
    work = _list() if arguments.wanted is None else _requeue(arguments.wanted)
    try:
        return asyncio.run(work)
    except UnavailableError as error:
        sys.stderr.write(f"travel-crm: {error}\n")
        return 1


async def _list() -> int:
    async with _dead_jobs(settings_or_exit()) as dead:
        for _, job in await dead.listed():
            sys.stdout.write(f"{_described(job)}\n")
    return 0


async def _requeue(wanted: str) -> int:
    async with _dead_jobs(settings_or_exit()) as dead:
        jobs = [raw for raw, job in await dead.listed() if job and wanted in ("all", job.id)]
        count = sum([await dead.put_back(raw) for raw in jobs])
    sys.stdout.write(f"{count} put back\n")
    return 0 if count or wanted == "all" else 1


@asynccontextmanager
async def _dead_jobs(settings: Settings) -> AsyncIterator[RedisDeadJobs]:
    redis = create_redis_client(settings.redis_url, _SECONDS_TO_ANSWER)
    try:
        yield RedisDeadJobs(redis, EMAILS)
    finally:
        await redis.aclose()


def _described(job: Job | None) -> str:
    if job is None:
        return "- cannot be read"
    payload = " ".join(f"{name}={value}" for name, value in job.payload.items())
    return (
        f"{job.id} {job.kind} tenant={job.tenant_id} {payload} {job.headers.get('traceparent', '')}".rstrip()
    )


if __name__ == "__main__":
    sys.exit(main())
