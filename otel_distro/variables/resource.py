"""Variables about who sends telemetry.

https://opentelemetry.io/docs/specs/otel/resource/sdk/
"""

from dataclasses import dataclass

from otel_distro import parsing
from otel_distro.components import components
from otel_distro.variables.variable import setting


@dataclass(frozen=True)
class ResourceSettings:
    """What describes this process on all telemetry."""

    service_name: str | None = setting("OTEL_SERVICE_NAME", "", parsing.text, "service.name on all telemetry")
    resource_attributes: str | None = setting(
        "OTEL_RESOURCE_ATTRIBUTES",
        "",
        parsing.checked_text(parsing.pairs),
        "attributes on all telemetry, key=value,…",
        instead="no attributes from it",
    )
    resource_detectors: tuple[str, ...] = setting(
        "OTEL_EXPERIMENTAL_RESOURCE_DETECTORS",
        "process,os,host",
        components(
            "opentelemetry_resource_detector", "process", "os", "host", "otel", "service_instance", "*"
        ),
        "upstream detects none of them; the command line is left out, as it may hold secrets",
    )
    sdk_disabled: bool = setting(
        "OTEL_SDK_DISABLED", "false", parsing.boolean, "true: the application runs without telemetry"
    )
