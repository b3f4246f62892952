"""Chooses the HTTP proxy for an endpoint, from the variables that every program on a machine reads.

Called with the environment by `settings.py`. The lower-case names win, as they do elsewhere. A
Collector on this machine is never behind a proxy. For gRPC the library itself reads the variables.
https://docs.python.org/3/library/urllib.request.html#urllib.request.getproxies
"""

from collections.abc import Mapping
from dataclasses import replace
from ipaddress import ip_address
from urllib.parse import urlsplit
from urllib.request import (
    proxy_bypass_environment,  # pyright: ignore[reportAttributeAccessIssue, reportUnknownVariableType] - untyped
)

from otel_distro.delivery.settings import Destination, Signal


def through_proxies(
    destinations: Mapping[Signal, Destination], environ: Mapping[str, str]
) -> dict[Signal, Destination]:
    """Return destinations with the proxies through which they are to be reached."""
    return {
        signal: replace(destination, proxy=proxy_for(destination.endpoint, environ))
        if destination.protocol != "grpc"
        else destination
        for signal, destination in destinations.items()
    }


def proxy_for(endpoint: str, environ: Mapping[str, str]) -> str | None:
    """Return the URL of the proxy through which an endpoint is to be reached, or `None`.

    Args:
        endpoint: an http or https URL.
        environ: variable names to text.
    """
    parts = urlsplit(endpoint)
    if not parts.hostname or _is_this_machine(parts.hostname):
        return None
    proxy = _either(environ, f"{parts.scheme}_proxy") or _either(environ, "all_proxy")
    without = _either(environ, "no_proxy")
    if not proxy or (without and proxy_bypass_environment(parts.netloc.rpartition("@")[2], {"no": without})):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _either(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name) or environ.get(name.upper()) or "").strip()


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
