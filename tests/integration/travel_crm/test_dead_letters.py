"""Jobs that were given up are listed, and done when they are put back, in the trace that they came with."""

import subprocess
import sys

import pytest
from redis.asyncio import Redis

from tests.integration.travel_crm.test_redis_jobs import enqueue, worker

pytestmark = pytest.mark.anyio


def command(environ: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "travel_crm.dead_letters", *arguments],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )


async def test_they_are_listed_and_put_back(redis: Redis, environ: dict[str, str]) -> None:
    """One by its identifier, then all; each is taken as if for the first time."""
    await enqueue(redis, "one", "two")
    one = worker(redis, "one")
    for _ in range(2):
        await one.source.bury(await one.taken())

    listed = command(environ, "list").stdout.splitlines()
    put_back = command(environ, "requeue", listed[-1].split()[0])
    again = await one.taken()

    assert [line.split("booking_id=")[1] for line in listed] == ["two", "one"]
    assert (put_back.returncode, put_back.stdout) == (0, "1 put back\n")
    assert (again.job.payload["booking_id"], again.attempt) == ("one", 1)
    assert command(environ, "requeue", "all").stdout == "1 put back\n"
    assert command(environ, "list").stdout == ""


async def test_nothing_to_put_back(environ: dict[str, str], free_port: int) -> None:
    """An unknown identifier is a failure; so is a Redis that is away, in one line."""
    away = command(environ | {"REDIS_URL": f"redis://127.0.0.1:{free_port}/0"}, "list")

    assert command(environ, "requeue", "nothing").returncode == 1
    assert away.returncode == 1
    assert away.stderr == "travel-crm: The job queue is unavailable; try again in a moment\n"
