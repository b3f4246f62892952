"""Keeps the server edge of each application, for as long as the application lives.

By identity: a subclass of FastAPI may have no hash, or be equal to another one.
"""

import weakref

from fastapi import FastAPI

from otel_distro.server_edge.edge import ServerEdge


class Edges:
    """The server edges, by application."""

    def __init__(self) -> None:
        self._by_identity: dict[int, ServerEdge] = {}

    def of(self, app: FastAPI) -> ServerEdge | None:
        """Return the edge of an application, if it has one yet."""
        return self._by_identity.get(id(app))

    def keep(self, app: FastAPI, edge: ServerEdge) -> ServerEdge:
        """Give an application an edge, in the place of any that it had, and return that."""
        if id(app) not in self._by_identity:
            weakref.finalize(app, self._by_identity.pop, id(app), None).atexit = False
        self._by_identity[id(app)] = edge
        return edge

    def clear(self) -> None:
        """Forget all of them."""
        self._by_identity.clear()
