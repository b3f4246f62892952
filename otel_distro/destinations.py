"""Parses where each signal goes: the exporter variables, general and for one signal.

Called by `settings.py` with the environment. A variable for one signal wins over the general one;
an endpoint for one signal is used as it is, the general one gets the signal's path.
https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from otel_distro import parsing
from otel_distro.delivery.settings import SIGNALS, Destination, Signal, http_endpoint

_HTTP = "http://localhost:4318"
_GRPC = "http://localhost:4317"
_PROTOCOL = parsing.one_of("http/protobuf", "grpc")
_COMPRESSION = parsing.one_of("none", "gzip", "deflate")

Destinations = dict[Signal, Destination]


def destinations_from(
    environ: Mapping[str, str], exported: Mapping[Signal, bool]
) -> tuple[Destinations, list[str]]:
    """Parse the destinations.

    Args:
        environ: variable names to text.
        exported: whether each signal is exported over OTLP.

    Returns:
        The destination of each exported signal; and one sentence for each value that cannot be
        used, which names the variable and what is used instead, and no header's value.
    """
    reader = _Reader(environ)
    found: Destinations = {signal: _destination(reader, signal) for signal in SIGNALS if exported[signal]}
    return found, list(dict.fromkeys(reader.problems))


def _destination(reader: "_Reader", signal: Signal) -> Destination:
    protocol = reader.read(signal, "PROTOCOL", _PROTOCOL, "http/protobuf")
    return Destination(
        endpoint=_endpoint(reader, signal, protocol),
        protocol=protocol,
        headers=reader.read(signal, "HEADERS", headers, {}, secret=True),
        compression=reader.read(signal, "COMPRESSION", _COMPRESSION, "none"),
        timeout=reader.read(signal, "TIMEOUT", _seconds, 10.0),
        certificate=reader.read(signal, "CERTIFICATE", _file, None),
        client_certificate=reader.read(signal, "CLIENT_CERTIFICATE", _file, None),
        client_key=reader.read(signal, "CLIENT_KEY", _file, None),
        insecure=reader.read(signal, "INSECURE", parsing.boolean, default=False),
    )


def _endpoint(reader: "_Reader", signal: Signal, protocol: str) -> str:
    own = reader.read_own(signal, "ENDPOINT", parsing.url)
    if own is not None:
        return own
    if protocol == "grpc":
        return reader.read_general("ENDPOINT", parsing.url) or _GRPC
    return http_endpoint(reader.read_general("ENDPOINT", parsing.url) or _HTTP, signal)


def headers(value: str) -> dict[str, str]:
    """Parse `key=value,…` with percent-encoded values; raise `ValueError` where a pair is none."""
    pairs = [pair.partition("=") for pair in value.split(",") if pair.strip()]
    if not all(name.strip() and equals for name, equals, _ in pairs):
        raise ValueError("is not a list of key=value pairs")
    return {name.strip(): unquote(text.strip()) for name, _, text in pairs}


def _seconds(value: str) -> float:
    return parsing.milliseconds(value) / 1000


def _file(value: str) -> Path:
    path = Path(value)
    if not path.is_file():
        raise ValueError("is no file")
    return path


class _Reader:
    """Reads `OTEL_EXPORTER_OTLP_…` variables, and remembers what was wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.problems: list[str] = []

    def read(
        self, signal: Signal, name: str, parse: Callable[[str], Any], default: Any, *, secret: bool = False
    ) -> Any:
        """Return the signal's value, or else the general one, or else the default."""
        value = self.read_own(signal, name, parse, secret=secret)
        if value is None:
            value = self.read_general(name, parse, secret=secret)
        return default if value is None else value

    def read_own(
        self, signal: Signal, name: str, parse: Callable[[str], Any], *, secret: bool = False
    ) -> Any:
        """Return the value for this signal alone, or `None`."""
        return self._parsed(f"OTEL_EXPORTER_OTLP_{signal.upper()}_{name}", parse, secret=secret)

    def read_general(self, name: str, parse: Callable[[str], Any], *, secret: bool = False) -> Any:
        """Return the value for all signals, or `None`."""
        return self._parsed(f"OTEL_EXPORTER_OTLP_{name}", parse, secret=secret)

    def _parsed(self, variable: str, parse: Callable[[str], Any], *, secret: bool) -> Any:
        given = self._environ.get(variable, "").strip()
        if not given:
            return None
        try:
            return parse(given)
        except ValueError as error:
            shown = "its value (not shown)" if secret else repr(given)
            self.problems.append(f"{variable}: {shown} {error}; it is ignored")
            return None
