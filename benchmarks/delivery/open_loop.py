"""Sends requests on a schedule that no answer delays: `open_loop.py PORT RATE SECONDS`.

A latency counts from the time at which the request was due, so that a pause of the server is paid by
every request that it kept waiting. Prints the latencies in milliseconds, as JSON.
"""

import asyncio
import json
import sys
import time

WARM_UP = 3.0
"""Seconds at the beginning that are not counted."""
_CONNECTIONS = 64


class Client:
    """Connections that are kept alive, and the latencies seen on them."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        self.latencies: list[float] = []

    async def request(self, number: int, due: float, *, counted: bool) -> None:
        """Send a request that was due at a time; remember its latency."""
        pair = self._idle.pop() if self._idle else await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = pair
        writer.write(b"GET /work/%d HTTP/1.1\r\nHost: localhost\r\n\r\n" % number)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        await reader.readexactly(int(length.partition(b":")[2]))
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(head)
        if counted:
            self.latencies.append((time.perf_counter() - due) * 1000)
        if len(self._idle) < _CONNECTIONS:
            self._idle.append(pair)
        else:
            writer.close()


async def run(port: int, rate: float, seconds: float) -> list[float]:
    """Send for as long, after the warm-up."""
    client = Client(port)
    tasks: list[asyncio.Task[None]] = []
    began = time.perf_counter()
    for number in range(int(rate * (seconds + WARM_UP))):
        due = began + number / rate
        await asyncio.sleep(max(due - time.perf_counter(), 0))
        counted = number >= rate * WARM_UP
        tasks.append(asyncio.create_task(client.request(number, due, counted=counted)))
    await asyncio.gather(*tasks)
    return client.latencies


if __name__ == "__main__":
    found = asyncio.run(run(int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])))
    print(json.dumps(found))  # noqa: T201 - this is how the other end reads it
