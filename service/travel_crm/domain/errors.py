"""The ways a use case can fail that a caller is told about; anything else is a bug and stays unhandled."""


class DomainError(Exception):
    """Carry a message that may be shown to the caller."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFoundError(DomainError):
    """Say that nothing is known under an identifier."""

    def __init__(self, resource: str) -> None:
        super().__init__(f"No {resource} has this id")


class UnauthorizedError(DomainError):
    """Say that the caller is not known."""

    def __init__(self) -> None:
        super().__init__("X-API-Key is missing or unknown")


class ConflictError(DomainError):
    """Say that the request is well formed but contradicts the state of things."""


class AlreadyStoredError(ConflictError):
    """Say that something is stored under this identifier already."""

    def __init__(self) -> None:
        super().__init__("This was made before")


class MismatchError(DomainError):
    """Say that a request claims to be the same as an earlier one, and is not."""


class PaymentFailedError(DomainError):
    """Say that a payment gateway was asked and gave no answer that settles the payment."""

    def __init__(self, gateway: str, *, timed_out: bool = False) -> None:
        what = "did not answer in time" if timed_out else "is out of order"
        super().__init__(f"The payment gateway {gateway} {what}; the booking is still pending")
        self.timed_out = timed_out


class UnavailableError(DomainError):
    """Say that something the use case cannot do without did not answer."""

    def __init__(self, dependency: str) -> None:
        super().__init__(f"The {dependency} is unavailable; try again in a moment")
        self.dependency = dependency


class MailRejectedError(Exception):
    """Say that the mail server refused a message for good, so that sending it again is pointless."""


class MailDeferredError(Exception):
    """Say that the mail server did not take this message this time."""


class MailUnavailableError(Exception):
    """Say that the mail server takes no message at all at present."""


class WorkersLostError(Exception):
    """Say that a job was taken as often as it may be, and its worker was gone before it had failed."""


class UnknownJobKindError(Exception):
    """Say that no handler is known for a job, most likely since a newer version enqueued it."""
