"""Asks each signal's destination for an answer: its name, a connection, and an empty OTLP request.

What is sent holds no telemetry, so that it may be sent at any time; every Collector answers it.
"""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from time import monotonic

from otel_distro.delivery.outcome import Delivered, Outcome, Partial
from otel_distro.delivery.settings import SIGNALS, DeliverySettings, Destination, Signal
from otel_distro.delivery.transport import create_transport
from otel_distro.delivery.wording import address as shown
from otel_distro.doctor.address import Address, address_of
from otel_distro.doctor.explanation import explain
from otel_distro.doctor.finding import Finding
from otel_distro.doctor.language import language_at

PATIENCE = 5.0
"""Seconds that a server may take to connect or to answer."""


def check_endpoints(settings: DeliverySettings) -> Iterator[Finding]:
    """Yield what each destination answers, all of them asked at once.

    Args:
        settings: name the destinations.
    """
    signals, destinations = list(settings.destinations), list(settings.destinations.values())
    with ThreadPoolExecutor(len(SIGNALS)) as pool:
        yield from pool.map(check_endpoint, signals, destinations, [settings.user_agent] * len(signals))


def check_endpoint(signal: Signal, destination: Destination, user_agent: str) -> Finding:
    """Return what one destination answers."""
    where = shown(destination)
    try:
        address = address_of(destination)
    except ValueError as error:
        return Finding(signal, f"{where}: the endpoint {error}", f"correct {_variable(signal)}")
    unreachable = None if destination.proxy else _unreachable(address, signal)
    if unreachable:
        return Finding(signal, f"{where}: {unreachable[0]}", unreachable[1])
    began = monotonic()
    outcome = _ask(signal, destination, user_agent)
    if isinstance(outcome, Delivered | Partial):
        return Finding(signal, f"{where} takes telemetry ({(monotonic() - began) * 1000:.0f} ms)")
    language = None if destination.proxy else language_at(address, PATIENCE)
    text, remedy = explain(destination, outcome, language)
    return Finding(signal, f"{where}: {text}", remedy)


def _ask(signal: Signal, destination: Destination, user_agent: str) -> Outcome:
    patient = replace(destination, timeout=min(destination.timeout, PATIENCE))
    return create_transport(signal, patient, user_agent).send(b"")


def _unreachable(address: Address, signal: Signal) -> tuple[str, str] | None:
    """Return why no connection is made, and what to do; `None` where one is."""
    try:
        socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return f"the name {address.host} is not known", f"correct {_variable(signal)}, or the name service"
    try:
        socket.create_connection((address.host, address.port), PATIENCE).close()
    except TimeoutError:
        return (
            f"no connection within {PATIENCE:.0f} s",
            "see whether a firewall stands between, or the address is another's",
        )
    except OSError as error:
        why = (error.strerror or str(error)).lower()
        return why, f"start the Collector there, or correct {_variable(signal)}"
    return None


def _variable(signal: Signal) -> str:
    return f"OTEL_EXPORTER_OTLP_ENDPOINT (or …_{signal.upper()}_ENDPOINT)"
