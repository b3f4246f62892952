"""The demo tenant and its data: made once, beside the start, by however many processes."""

import httpx

from stack.ports import find_free_ports
from tests.integration.travel_crm.conftest import Start, client_of, is_alive, start_api, wait_until

RESOURCES = ("customers", "queries", "quotes", "bookings")


def totals(client: httpx.Client) -> list[int]:
    """Return how long each list is."""
    return [client.get(f"/{resource}").json()["total"] for resource in RESOURCES]


def test_two_processes_make_it_once(start: Start, environ: dict[str, str]) -> None:
    """Nobody waits for an answer, and a later start adds nothing."""
    ports = find_free_ports(3)
    for port in ports[:2]:
        start_api(start, environ, port)
    with client_of(ports[0]) as one, client_of(ports[1]) as two:
        wait_until(lambda: is_alive(one) and is_alive(two))
        wait_until(lambda: totals(one) == [3, 3, 3, 0])
        open_ones = one.get("/queries", params={"status": "open"}).json()
    start_api(start, environ, ports[2])
    with client_of(ports[2]) as late:
        wait_until(lambda: is_alive(late))

        assert totals(late) == [3, 3, 3, 0]
    assert open_ones["total"] == 0


def test_without_the_setting_there_is_none(start: Start, environ: dict[str, str], free_port: int) -> None:
    """A production has no demo tenant, whatever the key."""
    start_api(start, environ | {"SEED_DEMO": "false"}, free_port)
    with client_of(free_port) as client:
        wait_until(lambda: is_alive(client))

        assert client.get("/customers").status_code == 401
