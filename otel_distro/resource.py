"""Describes this distribution, and the identity of a process, on the resource of all telemetry.

Process, operating system and host come from the SDK's detectors, which
`OTEL_EXPERIMENTAL_RESOURCE_DETECTORS` names.
https://opentelemetry.io/docs/specs/semconv/resource/#telemetry-distribution
"""

from collections.abc import Iterable, Mapping
from typing import Any

from opentelemetry.sdk.resources import Resource
from opentelemetry.semconv._incubating.attributes.telemetry_attributes import (  # pyright: ignore[reportMissingTypeStubs]
    TELEMETRY_DISTRO_NAME,
    TELEMETRY_DISTRO_VERSION,
)

from otel_distro.version import VERSION


def distribution_attributes() -> dict[str, str]:
    """Return the resource attributes that name this distribution."""
    return {TELEMETRY_DISTRO_NAME: "otel-distro", TELEMETRY_DISTRO_VERSION: VERSION}


def add_to_resources(providers: Iterable[Any], attributes: Mapping[str, str]) -> None:
    """Add attributes to the resources of providers, and of what they have recorded already.

    A process learns who it is after its first span began, and that span must say so too. So the
    resource itself is changed, which the SDK does not foresee; nothing is encoded before that.

    Args:
        providers: the SDK's; others are left alone.
        attributes: replace those of the same name.
    """
    for provider in providers:
        config = getattr(provider, "_sdk_config", provider)
        resource = getattr(config, "resource", None)
        if isinstance(resource, Resource):
            described: Any = Resource({**resource.attributes, **attributes})
            vars(resource)["_attributes"] = described.attributes
