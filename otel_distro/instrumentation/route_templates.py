"""Finds the template of the route that served a request, such as `/bookings/{booking_id}`.

Used by `instrumentation/fastapi.py`. A route that came with `include_router` or lies in a mounted
application knows only its own part of the path. So the routes of an application are flattened once
to (endpoint, whole template). Each router on the way leaves the endpoint that it chose in the ASGI
scope, the innermost last, so a request costs one look-up.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from starlette.routing import BaseRoute, Mount, compile_path

try:
    from fastapi.routing import iter_route_contexts
except ImportError:  # FastAPI before 0.137.2 keeps its routes flat
    iter_route_contexts = None

Scope = Mapping[str, Any]


class Template(NamedTuple):
    """One way to reach an endpoint."""

    text: str
    pattern: re.Pattern[str]
    methods: frozenset[str]


class RouteTemplates:
    """The templates of one application's routes, by the endpoint that serves them."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        self._all: list[Template] = []
        self._by_endpoint: dict[int, list[Template]] = {}
        for route, path, path_format in _flattened(routes, "", ""):
            methods = frozenset(cast("Iterable[str]", getattr(route, "methods", None) or ()))
            template = Template(path_format, compile_path(path)[0], methods)
            self._all.append(template)
            endpoint = getattr(route, "endpoint", None) or getattr(route, "app", None)
            self._by_endpoint.setdefault(id(endpoint), []).append(template)

    def find(self, scope: Scope) -> str | None:
        """Return the template for a finished request, with the application's root path.

        Args:
            scope: the ASGI scope as the routers left it. Where its endpoint is reached in several
                ways, or is none that a route named, the path says which template it is.

        Returns:
            `None` where no route served it, or none that was there when the templates were made.
        """
        root = scope.get("app_root_path", scope.get("root_path", "")).rstrip("/")
        path, method = scope.get("path", "").removeprefix(root), scope.get("method", "GET")
        known = self._by_endpoint.get(id(scope.get("endpoint")), ())
        template = known[0] if len(known) == 1 else _reached(known or self._all, path, method)
        return None if template is None else root + template.text


def _reached(templates: Sequence[Template], path: str, method: str) -> Template | None:
    """Return the template that a path has; one without the method where no other has it (405)."""
    reached = [template for template in templates if template.pattern.match(path)]
    serving = [template for template in reached if not template.methods or method in template.methods]
    return next(iter(serving or reached), None)


def _flattened(
    routes: Iterable[BaseRoute], path: str, path_format: str
) -> Iterator[tuple[BaseRoute, str, str]]:
    for route, own_path, own_format in _entries(routes):
        yield route, path + own_path, path_format + own_format
        if isinstance(route, Mount):
            outer_path = path + own_path.removesuffix("/{path:path}")
            outer_format = path_format + own_format.removesuffix("/{path}")
            yield from _flattened(route.routes, outer_path, outer_format)


def _entries(routes: Iterable[BaseRoute]) -> Iterator[tuple[BaseRoute, str, str]]:
    if iter_route_contexts is None:
        for route in routes:
            yield route, *_paths(route, route)
        return
    for context in iter_route_contexts(list(routes)):
        yield context.original_route, *_paths(context.original_route, context)


def _paths(route: BaseRoute, described: object) -> tuple[str, str]:
    path = cast("str", getattr(described, "path", None) or "")
    path_format = cast("str", getattr(described, "path_format", None) or path)
    # A mount's `path` lacks the tail that its `path_format` and its pattern have.
    return (path + "/{path:path}" if isinstance(route, Mount) else path), path_format
