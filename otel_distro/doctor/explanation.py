"""Explains why an answer is not the one that a Collector gives, and says what to do about it."""

from collections.abc import Mapping

from otel_distro.delivery.outcome import Outcome, Permanent, Retryable
from otel_distro.delivery.settings import Destination
from otel_distro.doctor.address import address_of
from otel_distro.doctor.language import Language

Explanation = tuple[str, str]
"""What is wrong, and what to do."""

_CREDENTIALS = "correct the credentials in OTEL_EXPORTER_OTLP_HEADERS"
_PATH = (
    "correct the path: the general endpoint gets /v1/traces and its like appended, "
    "one for a single signal is used as it is"
)
_BUSY = "wait, or read the Collector's own log: it is there, but takes nothing now"
_NO_COLLECTOR = "name a Collector: something else answers here, such as a login page or a proxy"
_NO_ANSWER = "read the Collector's own log: it takes the request and does not answer"
_FILES = "correct the files in OTEL_EXPORTER_OTLP_CERTIFICATE, …_CLIENT_CERTIFICATE and …_CLIENT_KEY"

_REMEDIES: Mapping[str, str] = {
    "http_400": "see whether a Collector answers here, with OTLP over HTTP",
    "http_401": _CREDENTIALS,
    "http_403": _CREDENTIALS,
    "http_404": _PATH,
    "http_405": _PATH,
    "http_407": "give the proxy its login, in HTTP_PROXY",
    "http_415": "see whether the Collector takes OTLP as protobuf, and compressed where that is asked",
    "http_429": _BUSY,
    "http_502": _BUSY,
    "http_503": _BUSY,
    "http_504": _BUSY,
    "proxy": "correct HTTPS_PROXY and its login, or name the host in NO_PROXY",
    "redirect": "name the address that it redirects to: telemetry does not follow",
    "not_otlp": _NO_COLLECTOR,
    "timeout": _NO_ANSWER,
    "connection_lost": "read the Collector's own log: it ends the connection without an answer",
    "configuration": _FILES,
    "grpc_unauthenticated": _CREDENTIALS,
    "grpc_permission_denied": _CREDENTIALS,
    "grpc_unimplemented": "name a Collector's gRPC port, usually 4317: this server has no OTLP service",
    "grpc_deadline_exceeded": _NO_ANSWER,
    "grpc_resource_exhausted": _BUSY,
}
_HTTP_INSTEAD = "name the gRPC port, usually 4317, or set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"
_GRPC_INSTEAD = "name the HTTP port, usually 4318, or set OTEL_EXPORTER_OTLP_PROTOCOL=grpc"
_AUTHORITY = "name its authority's PEM file in OTEL_EXPORTER_OTLP_CERTIFICATE"
_DISTRUST = (
    "certificate verify failed",
    # As gRPC's long message is cut off.
    "certificate_ver",
    "hostname mismatch",
    "unable to get local issuer certificate",
)
_OTHERWISE = "read the Collector's own log"


def explain(destination: Destination, outcome: Outcome, language: Language | None) -> Explanation:
    """Return what is wrong with an answer, and what to do.

    Args:
        destination: that answered.
        outcome: of an empty request.
        language: what the server speaks; `None` where that is not known.
    """
    reason, message = _told(outcome)
    explained = _misunderstanding(destination, language, message) if language else None
    if explained:
        return explained
    through = " (asked through a proxy)" if destination.proxy else ""
    return message + through, _REMEDIES.get(reason, _OTHERWISE)


def _misunderstanding(destination: Destination, language: Language, message: str) -> Explanation | None:
    """Return in what the two speak past each other, where they do."""
    secure = address_of(destination).secure
    if language.tls is False and secure:
        return "no TLS is spoken there, though the endpoint asks for it", "write http:// for https://"
    if language.tls and not secure:
        return "TLS is spoken there, and the endpoint asks for none", "write https:// for http://"
    if destination.protocol == "grpc" and language.http1 and not language.http2:
        return "HTTP is spoken there, and no gRPC", _HTTP_INSTEAD
    if destination.protocol != "grpc" and language.http2 and not language.http1:
        return "gRPC is spoken there, and no HTTP/1.1", _GRPC_INSTEAD
    if secure and not (language.http1 or language.http2):
        return f"TLS fails: {message}", f"see whether it asks for a certificate of ours; {_FILES}"
    if secure and _is_distrust(message):
        return f"its certificate is not trusted: {message}", _AUTHORITY
    return None


def _is_distrust(message: str) -> bool:
    return any(sign in message.lower() for sign in _DISTRUST)


def _told(outcome: Outcome) -> tuple[str, str]:
    if isinstance(outcome, Retryable | Permanent):
        return outcome.reason, outcome.message or outcome.reason
    return "too_large", "an empty request is too large for it"
