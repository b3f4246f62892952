"""Makes out where each signal goes, of the exporter variables, general and for one signal.

Called by `settings.py` with texts that have been checked. A variable for one signal wins over the
general one; an endpoint for one signal is used as it is, the general one gets the signal's path.
https://opentelemetry.io/docs/specs/otel/protocol/exporter/
"""

from collections.abc import Mapping
from typing import Any

from otel_distro.delivery.settings import SIGNALS, Destination, Protocol, Signal, http_endpoint
from otel_distro.variables.otlp import OPTIONS, variable_name

_HTTP = "http://localhost:4318"
_GRPC = "http://localhost:4317"

_PROTOCOLS: Mapping[str, Protocol] = {"otlp_proto_http": "http/protobuf", "otlp_proto_grpc": "grpc"}
"""What the exporters' longer names say; upstream, too, lets them win over the variable."""

Destinations = dict[Signal, Destination]


def destinations_from(usable: Mapping[str, str], exporters: Mapping[Signal, tuple[str, ...]]) -> Destinations:
    """Return the destination of each signal that is exported over OTLP.

    Args:
        usable: variable names to texts that have been checked.
        exporters: the exporters of each signal, by name.
    """
    return {
        signal: _destination(usable, signal, exporters[signal])
        for signal in SIGNALS
        if any(name.startswith("otlp") for name in exporters[signal])
    }


def _destination(usable: Mapping[str, str], signal: Signal, exporters: tuple[str, ...]) -> Destination:
    def read(option: str) -> Any:
        known = OPTIONS[option]
        for name in (variable_name(option, signal), variable_name(option)):
            if name in usable:
                return known.parse(usable[name])
        return known.default

    protocol: Protocol = _PROTOCOLS.get(exporters[0]) or read("PROTOCOL")
    return Destination(
        endpoint=_endpoint(usable, signal, protocol),
        protocol=protocol,
        headers=read("HEADERS"),
        compression=read("COMPRESSION"),
        timeout=read("TIMEOUT"),
        certificate=read("CERTIFICATE"),
        client_certificate=read("CLIENT_CERTIFICATE"),
        client_key=read("CLIENT_KEY"),
        insecure=read("INSECURE"),
    )


def _endpoint(usable: Mapping[str, str], signal: Signal, protocol: str) -> str:
    own, general = usable.get(variable_name("ENDPOINT", signal)), usable.get(variable_name("ENDPOINT"))
    if protocol == "grpc":
        return own or general or _GRPC
    return _with_scheme(own) if own else http_endpoint(_with_scheme(general or _HTTP), signal)


def _with_scheme(endpoint: str) -> str:
    return endpoint if "://" in endpoint else f"http://{endpoint}"
