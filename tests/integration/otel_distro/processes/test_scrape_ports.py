"""The port that a scraper asks belongs to one process."""

import os

import psutil

from otel_distro.metrics.scrape import ScrapeEndpoint
from tests.integration.otel_distro.conftest import free_port


def listening(port: int) -> bool:
    """Say whether this process holds a port."""
    held = [one for one in psutil.Process().net_connections("tcp4") if one.status == psutil.CONN_LISTEN]
    return any(one.laddr.port == port for one in held)


def test_child_that_is_forked_during_the_close_does_not_keep_the_port() -> None:
    """A supervisor falls silent and forks its workers at once, while its port is still being closed."""
    port = free_port()
    endpoint = ScrapeEndpoint("127.0.0.1", port, {})
    endpoint.open(lambda: ())
    assert listening(port)

    endpoint.close()
    child = os.fork()
    if child == 0:
        endpoint.abandon()
        os._exit(listening(port))

    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
