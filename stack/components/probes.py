"""Ways of finding out whether a component can serve.

A probe asks for what the component is there for, as its own readiness page may be early or late.
"""

import http.client
import socket
from collections.abc import Callable

import psutil

from stack.components.component import Probe
from stack.ports import LOOPBACK, accepts

_TIMEOUT = 2.0


def answers(port: int, path: str, statuses: tuple[int, ...] = (200,)) -> Probe:
    """Return a probe that wants one of the statuses from `GET path`."""

    def probe(pid: int) -> bool:
        # Straight to loopback: a proxy of the person's environment has no part in it.
        connection = http.client.HTTPConnection(LOOPBACK, port, timeout=_TIMEOUT)
        try:
            connection.request("GET", path)
            return connection.getresponse().status in statuses
        finally:
            connection.close()

    return probe


def listens(port: int) -> Probe:
    """Return a probe that wants the port to accept a connection."""
    return lambda pid: accepts(port)


def greets(port: int, greeting: bytes, question: bytes = b"") -> Probe:
    """Return a probe that wants what is answered to `question`, or said unasked, to begin so."""

    def probe(pid: int) -> bool:
        with socket.create_connection((LOOPBACK, port), timeout=_TIMEOUT) as connection:
            connection.sendall(question)
            return connection.recv(len(greeting)) == greeting

    return probe


def is_connected_to(port: int) -> Probe:
    """Return a probe that wants the process to hold a connection to the port of another component."""

    def probe(pid: int) -> bool:
        connections = psutil.Process(pid).net_connections("tcp")
        peers = [one.raddr for one in connections if one.status == psutil.CONN_ESTABLISHED and one.raddr]
        return port in {peer.port for peer in peers}

    return probe


def all_of(*probes: Probe) -> Probe:
    """Return a probe that wants all of the others to say yes."""
    return lambda pid: all(probe(pid) for probe in probes)


def holds(condition: Callable[[], bool]) -> Probe:
    """Return a probe out of a question that needs no process id."""
    return lambda pid: condition()
