"""What to open now that it runs."""

import time

from stack.addresses import Addresses
from stack.demo_key import demo_key
from stack.journey import Journey, curl
from stack.profile import bugsink_access
from stack.settings import Settings
from stack.terminal import Terminal

_AN_HOUR = 3600


def summarise(terminal: Terminal, settings: Settings, journey: Journey | None) -> None:
    """Print the pages, the links into the trace of the journey, and a request to send oneself."""
    addresses = Addresses(settings.ports)
    terminal.line()
    _table(terminal, _pages(addresses, settings))
    if journey is not None:
        terminal.line()
        terminal.line("Book once more; the answer's X-Trace-ID is its trace:", style="bold")
        terminal.line(f"  {curl(addresses.api, demo_key(settings), journey)}")
        terminal.line()
        terminal.line("One booking, from the request through the worker to the mail:", style="bold")
        _table(terminal, _links(addresses, settings, journey), style="bold cyan")
    terminal.line()


def _pages(addresses: Addresses, settings: Settings) -> list[tuple[str, str]]:
    pages = [("API, to try out", f"{addresses.api}/docs"), ("Mail that was sent", addresses.mailpit)]
    if settings.profile == "embedded":
        return [*pages, ("Traces, metrics, logs", addresses.viewer), *_places(settings)]
    access = bugsink_access(settings)
    login = f", log in as {access.email} with {access.password}" if access else ""
    return [
        *pages,
        ("Errors", f"{addresses.bugsink}{login}"),
        ("Alerts", addresses.alertmanager),
        ("OTLP", addresses.collector),
        *_places(settings),
    ]


def _places(settings: Settings) -> list[tuple[str, str]]:
    return [("Log files", str(settings.directory / "logs")), ("Data", str(settings.directory / "data"))]


def _links(addresses: Addresses, settings: Settings, journey: Journey) -> list[tuple[str, str]]:
    trace = journey.booking_trace
    if settings.profile == "embedded":
        return [
            ("its trace", addresses.viewer_trace(trace)),
            ("one that failed", addresses.viewer_trace(journey.failed_trace)),
        ]
    now = time.time()
    return [
        ("its trace id", trace),
        ("in Tempo", addresses.tempo_trace(trace)),
        ("in Loki", addresses.loki_records(trace)),
        ("in Prometheus", addresses.prometheus_exemplars(now - _AN_HOUR, now + _AN_HOUR)),
        ("one that failed", addresses.tempo_trace(journey.failed_trace)),
    ]


def _table(terminal: Terminal, rows: list[tuple[str, str]], style: str = "") -> None:
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        terminal.line(f"  {name:<{width}}  {value}", style)
