"""Whose request it is, as the application says by attributes of its server span.

Told once, on the span, it is on the access record and on Sentry's events as well:

    trace.get_current_span().set_attribute("tenant.id", "acme")

Two names and no more: the tenant, and the pseudonym of the user. `enduser.id` may be a name or an
e-mail address, and stays where the application put it.
https://opentelemetry.io/docs/specs/semconv/registry/attributes/enduser/
"""

from collections.abc import Mapping
from typing import Any

from opentelemetry.semconv._incubating.attributes.enduser_attributes import (  # pyright: ignore[reportMissingTypeStubs]
    ENDUSER_PSEUDO_ID,
)
from opentelemetry.trace import NonRecordingSpan, Span, SpanContext
from opentelemetry.util.types import AttributeValue

TENANT_ID = "tenant.id"
USER_ID = ENDUSER_PSEUDO_ID


_NAMES = frozenset((TENANT_ID, USER_ID))


class UnrecordedSpan(NonRecordingSpan):
    """A span that is not sampled, and still knows whose request it is.

    Its access record and its errors are told of at any sampling rate.

    Args:
        context: the span's, as the sampler left it.
    """

    def __init__(self, context: SpanContext) -> None:
        super().__init__(context)
        self.attributes: dict[str, AttributeValue] = {}

    def set_attribute(self, key: str, value: AttributeValue) -> None:
        """Remember tenant and user, and nothing else."""
        if key in _NAMES:
            self.attributes[key] = value

    def set_attributes(self, attributes: Mapping[str, AttributeValue]) -> None:
        """Remember tenant and user, and nothing else."""
        for key, value in attributes.items():
            self.set_attribute(key, value)


def identity_of(span: Span) -> dict[str, str]:
    """Return what the span says of tenant and user; nothing where it does not record.

    Args:
        span: the server span, or the one that stands for a job.
    """
    # Spans that record can be read; the API does not promise it.
    attributes: Mapping[str, Any] = getattr(span, "attributes", None) or {}
    return {name: str(attributes[name]) for name in _NAMES if name in attributes}
