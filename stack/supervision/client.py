"""Talks to supervisord by its XML-RPC interface over its unix socket.

http://supervisord.org/api.html
"""

import http.client
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xmlrpc.client import Error, Fault, ServerProxy

from supervisor.xmlrpc import SupervisorTransport

from stack.errors import StackError


@dataclass(frozen=True)
class ProcessState:
    """What supervisord knows of a component's process; `pid` is 0 where there is none."""

    name: str
    group: str
    state: str
    pid: int
    started: int

    @property
    def runs(self) -> bool:
        """Tell whether there is a process, be it only just started."""
        return self.state in {"STARTING", "RUNNING"}

    @property
    def is_stopped(self) -> bool:
        """Tell whether somebody stopped it, so that it stays away."""
        return self.state == "STOPPED"


class SupervisorClient:
    """One connection a call, so that a client can be kept while supervisord comes and goes."""

    def __init__(self, socket: Path) -> None:
        self._socket = socket

    def is_up(self) -> bool:
        """Tell whether supervisord answers and is not on its way out."""
        try:
            return self._call("getState")["statename"] == "RUNNING"
        except StackError:
            return False

    def pid(self) -> int:
        """Return supervisord's own process id."""
        return int(self._call("getPID"))

    def processes(self) -> list[ProcessState]:
        """Return the state of every component."""
        return [
            ProcessState(
                name=one["name"],
                group=one["group"],
                state=one["statename"],
                pid=one["pid"],
                started=one["start"],
            )
            for one in self._call("getAllProcessInfo")
            if one["name"] != "watch"
        ]

    def start(self, group: str, name: str) -> None:
        """Start the component without waiting for it; raise `StackError` if its program cannot be run."""
        self._call("startProcess", f"{group}:{name}", False)

    def stop(self, group: str, name: str) -> None:
        """Stop the component and wait until it is gone."""
        self._call("stopProcess", f"{group}:{name}")

    def reread(self) -> None:
        """Take up the groups that are new in the configuration; the others stay as they are."""
        added, _, _ = self._call("reloadConfig")[0]
        for group in added:
            self._call("addProcessGroup", group)

    def shut_down(self) -> None:
        """Tell supervisord to stop every component, the last started first, and then itself."""
        self._call("shutdown")

    def _call(self, method: str, *arguments: object) -> Any:
        with closing(SupervisorTransport(serverurl=f"unix://{self._socket}")) as transport:
            # The address of the proxy stands for nothing: the transport knows the socket.
            proxy = ServerProxy("http://127.0.0.1", transport)
            return self._answer(getattr(proxy.supervisor, method), arguments)

    def _answer(self, method: Callable[..., Any], arguments: tuple[object, ...]) -> Any:
        try:
            return method(*arguments)
        except Fault as fault:
            raise StackError(f"supervisord refused {arguments or 'that'}: {fault.faultString}") from fault
        except (OSError, Error, http.client.HTTPException) as error:
            raise StackError(f"supervisord does not answer on {self._socket}") from error
