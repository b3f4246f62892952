"""Checks what the environment asks for: values that can be used, and telemetry that is wanted."""

from collections.abc import Iterator

from otel_distro.delivery.settings import SIGNALS
from otel_distro.doctor.finding import Finding
from otel_distro.settings import Settings


def check_asked(settings: Settings) -> Iterator[Finding]:
    """Yield a problem for each value that cannot be used, and for telemetry that is turned off."""
    for sentence in settings.problems:
        yield Finding("settings", sentence, "correct it, or unset the variable")
    if settings.sdk_disabled:
        yield Finding("settings", "OTEL_SDK_DISABLED is true: nothing is recorded", "unset it")
    if not (settings.problems or settings.sdk_disabled):
        yield Finding("settings", "every variable that is set can be used")
    yield from _signals_turned_off(settings)
    if not settings.service_name and "service.name=" not in (settings.resource_attributes or ""):
        yield Finding("settings", "OTEL_SERVICE_NAME is not set: backends show an unknown service")


def _signals_turned_off(settings: Settings) -> Iterator[Finding]:
    off = [signal for signal in SIGNALS if signal not in settings.delivery.destinations]
    variables = ", ".join(f"OTEL_{signal.upper()}_EXPORTER" for signal in off)
    if len(off) == len(SIGNALS):
        yield Finding("settings", f"no signal is sent over OTLP, as {variables} say", "unset them")
    elif off:
        yield Finding("settings", f"{', '.join(off)} not sent over OTLP, as {variables} asks")
