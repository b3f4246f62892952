"""A transport that answers as a test tells it to, without a network."""

import threading
from collections.abc import Callable
from time import monotonic

from otel_distro.delivery.outcome import Delivered, Outcome
from otel_distro.delivery.settings import Destination, Signal

Answer = Callable[[bytes], Outcome]


def deliver(_: bytes) -> Outcome:
    """Take everything."""
    return Delivered()


class ScriptedTransport:
    """Keeps what was sent and answers by a function that may change at any time."""

    def __init__(self, answer: Answer = deliver) -> None:
        self.answer = answer
        self.sent: list[tuple[float, bytes]] = []
        self.aborted = threading.Event()

    def send(self, payload: bytes) -> Outcome:
        """Answer."""
        self.sent.append((monotonic(), payload))
        return self.answer(payload)

    def abort(self) -> None:
        """Remember it."""
        self.aborted.set()

    @property
    def payloads(self) -> list[bytes]:
        """Everything that was sent, but for probes."""
        return [payload for _, payload in self.sent if payload]

    def create(self, signal: Signal, destination: Destination, user_agent: str) -> "ScriptedTransport":
        """Be the transport of each destination."""
        return self


class Hanging:
    """Answers nothing until it is released."""

    def __init__(self, then: Outcome) -> None:
        self.released = threading.Event()
        self._then = then

    def __call__(self, _: bytes) -> Outcome:
        """Wait, then answer."""
        self.released.wait(30)
        return self._then
