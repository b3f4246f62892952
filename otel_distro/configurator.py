"""What the launcher loads second: sets up recording with the SDK, and where telemetry goes.

The settings are in force by then (`distro.py`), so the SDK's own configurator reads good values
only. It is kept and given arguments, not copied; what goes out by OTLP goes through our encoder
and delivery, a scraper is answered by us, and any other exporter goes through the SDK's processors.
https://opentelemetry.io/docs/languages/python/distro/
"""

from typing import Any

from opentelemetry.sdk._configuration import (
    _OTelSDKConfigurator,  # pyright: ignore[reportPrivateUsage] - meant to be subclassed by distributions
)

from otel_distro import settings
from otel_distro.export import create_delivery, report_account, sdk_arguments
from otel_distro.guards import guarded_providers
from otel_distro.metrics.views import chosen_buckets
from otel_distro.other_exporters import add_other_exporters
from otel_distro.processes.current import create_lifecycle
from otel_distro.processes.role import is_resource_tracker
from otel_distro.resource import distribution_attributes
from otel_distro.trace.id_generator import create_id_generator
from otel_distro.variables.histogram_buckets import histogram_buckets


class OtelDistroConfigurator(_OTelSDKConfigurator):
    """Configures the SDK's three providers from the settings."""

    def _configure(self, **kwargs: Any) -> None:
        in_force = settings.in_force()
        if in_force.sdk_disabled or is_resource_tracker():
            return
        lifecycle = create_lifecycle(in_force)
        delivery = create_delivery(in_force, lifecycle.gate)
        buckets = histogram_buckets(in_force.histogram_buckets or "")
        with (
            settings.exporters_hidden(),
            guarded_providers(delivery.account),
            chosen_buckets(buckets),
        ):
            super()._configure(  # pyright: ignore[reportUnknownMemberType] - upstream is untyped
                **kwargs,
                **sdk_arguments(in_force, delivery),
                resource_attributes=distribution_attributes() | lifecycle.identity.attributes,
                id_generator=create_id_generator(in_force.id_generator),
                setup_logging_handler=False,
            )
        add_other_exporters(in_force)
        report_account(delivery)
        lifecycle.begin(delivery)
