"""How one attempt to send ended, as OTLP distinguishes it.

https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Delivered:
    """The server took all of it."""


@dataclass(frozen=True, slots=True)
class Partial:
    """The server took it but for `rejected` records; it must not be sent again."""

    rejected: int
    message: str = ""


@dataclass(frozen=True, slots=True)
class Retryable:
    """Not delivered as far as is known; to be sent again.

    Args:
        reason: a short, stable name of the failure.
        message: what a person is told.
        delay: seconds that the server asks to wait, where it does.
        unknown: whether the server may have taken it all the same: the request left us, and no
            answer came back.
    """

    reason: str
    message: str = ""
    delay: float | None = None
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Permanent:
    """Refused for good: the specification forbids sending it again."""

    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class TooLarge:
    """Refused for its size: its halves may pass."""

    message: str = ""


Outcome = Delivered | Partial | Retryable | Permanent | TooLarge
