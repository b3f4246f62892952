"""Describes this distribution on the resource of all telemetry.

Process, operating system and host come from the SDK's detectors, which
`OTEL_EXPERIMENTAL_RESOURCE_DETECTORS` names.
https://opentelemetry.io/docs/specs/semconv/resource/#telemetry-distribution
"""

from opentelemetry.semconv._incubating.attributes.telemetry_attributes import (  # pyright: ignore[reportMissingTypeStubs]
    TELEMETRY_DISTRO_NAME,
    TELEMETRY_DISTRO_VERSION,
)

from otel_distro.version import VERSION


def distribution_attributes() -> dict[str, str]:
    """Return the resource attributes that name this distribution."""
    return {TELEMETRY_DISTRO_NAME: "otel-distro", TELEMETRY_DISTRO_VERSION: VERSION}
