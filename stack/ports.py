"""Which ports of loopback are taken, and by whom.

Looked at before anything is started, so that a clash is a line about a variable and not a component that
died.
"""

import errno
import random
import socket

import psutil

from stack.errors import StackError

LOOPBACK = "127.0.0.1"

# Below the range that Linux, macOS and BSD take the ports of outgoing connections from: a port found free
# there could be some connection's by the time a component listens on it.
_FREE_RANGE = range(20_000, 32_000)


def is_free(port: int) -> bool:
    """Tell whether a server can listen on the port of loopback now; raise `StackError` if it may not."""
    with socket.socket() as listener:
        # As the servers themselves do: connections that linger after a stop are no clash.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((LOOPBACK, port))
        except PermissionError as error:
            raise StackError(f"port {port} is not for this user: take one above 1023") from error
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
    # Not every system takes a server on all addresses for a clash with one on this.
    return not accepts(port)


def accepts(port: int) -> bool:
    """Tell whether something accepts connections on the port of loopback."""
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False


def find_free_ports(count: int) -> list[int]:
    """Return `count` different ports that nothing listens on now."""
    candidates = random.sample(_FREE_RANGE, len(_FREE_RANGE))
    free = (port for port in candidates if is_free(port))
    return [next(free) for _ in range(count)]


def holder(port: int) -> str | None:
    """Return `pid 123 (name)` of the process that listens on the port, or None where it cannot be seen."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.Error:
        return None
    for connection in connections:
        if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
            return _describe(connection.pid)
    return None


def _describe(pid: int | None) -> str | None:
    if pid is None:
        return None
    try:
        return f"pid {pid} ({psutil.Process(pid).name()})"
    except psutil.Error:
        return f"pid {pid}"
