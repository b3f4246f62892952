"""Decides when a process begins to export, under which identity, and how that ends.

Nothing is exported before something is recorded; then records wait for a moment, since a supervisor
of workers shows what it is soon after its first log line. A process that records nothing begins a few
seconds later; a server's command, whose imports may take long, when it serves. A forked child begins
anew. However a process ends, what it recorded is delivered or on disk first, within one deadline.
"""

import atexit
import contextvars
import os
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from queue import Empty, SimpleQueue
from typing import Any

from opentelemetry._logs import get_logger_provider
from opentelemetry.metrics import get_meter_provider
from opentelemetry.trace import get_tracer_provider

from otel_distro.delivery.deadline import Deadline
from otel_distro.delivery.delivery import Delivery
from otel_distro.delivery.gate import Gate
from otel_distro.failsafe import failsafe, failsafe_in_thread
from otel_distro.metrics.storage import on_first_measurement, renew_storage
from otel_distro.processes.announcement import Announcement, Say
from otel_distro.processes.children import ForkedChildren
from otel_distro.processes.fork_warning import keep_forks_quiet
from otel_distro.processes.identity import InstanceIdentity
from otel_distro.processes.missed_signals import MissedSignals
from otel_distro.processes.role import is_fork_server, is_gunicorn_arbiter, is_server_command
from otel_distro.processes.signals import EndingSignals
from otel_distro.processes.supervisors import on_serving, on_supervising
from otel_distro.resource import add_to_resources

_HOLD = 0.4
# What an earlier process left on disk is to be sent within five seconds, recorded or not.
_IDLE = 3.5
# A server's command that does something else, or a server of a version that is not known.
_SERVER_STARTS = 30.0
# What an end may take beyond its time on a busy machine: the disk, the last slice of records.
_GRACE = 2.0


class Lifecycle:
    """The life of this process as an exporter.

    Args:
        identity: settled when the first record leaves.
        worker: whether this process is one of several.
        shutdown_timeout: seconds that an end may take.
    """

    def __init__(self, identity: InstanceIdentity, *, worker: bool, shutdown_timeout: float) -> None:
        self.identity = identity
        self.gate = Gate(self._settle)
        self._announcement = Announcement()
        self._worker = worker
        self._starts_server = is_server_command()
        self._timeout = shutdown_timeout
        self._pid = os.getpid()
        self._reset()
        self._signals = EndingSignals(self.end, self.flush, shutdown_timeout + _GRACE)
        self.gate.on_want(self._wanted)
        self.gate.on_silence(self._wake)

    def _reset(self) -> None:
        # Reentrant, unlike an event: something may be recorded in a signal handler.
        self._calls: SimpleQueue[None] = SimpleQueue()
        # Reentrant too: a handler of the application may ask for an end within another one.
        self._ending = threading.RLock()
        self._watching = False
        self._ended = False

    def begin(self, delivery: Delivery) -> None:
        """Take charge of the providers and of delivery, once they are set up.

        Args:
            delivery: of this process.
        """
        self._delivery = delivery
        self._providers: tuple[Any, ...] = (
            get_meter_provider(),
            get_tracer_provider(),
            get_logger_provider(),
        )
        on_first_measurement(self._providers[0], self.gate.want)
        # After the providers have registered theirs, and so before them: those find nothing to do.
        atexit.register(self.end)
        self._signals.install()
        # Kept: `multiprocessing` refers to it weakly.
        missed = MissedSignals(self._signals.is_pending)
        self._children = ForkedChildren(self.end, self.flush, missed.watch)
        self._children.watch()
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=failsafe(self._begin_in_child))
        keep_forks_quiet()
        on_supervising(self.fall_silent)
        on_serving(self.gate.open)
        if is_fork_server() or is_gunicorn_arbiter():
            self.fall_silent()
        else:
            self._watch(_IDLE)

    def announce(self, say: Say) -> None:
        """Have it said what this process is, once, when it is known whether it exports and as whom.

        Args:
            say: called at once or later, in any thread.
        """
        self._announcement.prepare(failsafe_in_thread(say))
        if self.gate.is_open:
            self._announcement.make(exports=True)

    def fall_silent(self) -> None:
        """Export nothing: this process serves nothing itself. Its forked children begin anew."""
        self._announcement.leave_to_children()
        self.gate.silence()
        self.identity.leave()

    def flush(self) -> None:
        """Deliver what is recorded, and go on."""
        with self._signals.postponed():
            deadline = Deadline(self._timeout)
            for provider in self._providers:
                _call(provider, "force_flush", (deadline.remaining or 0.0) * 1000)
            self._delivery.force_flush(deadline.remaining or 0.0)

    def end(self) -> None:
        """Deliver what is recorded, keep on disk what does not arrive, and record no more.

        Takes the shutdown's timeout at most; calling it again does nothing.
        """
        with self._signals.postponed(), self._ending:
            if not self._ended:
                self._ended = True
                self._finish()

    def _finish(self) -> None:
        exports = self.gate.wanted
        if exports:
            self.gate.open()
        else:
            self.gate.silence()
        self._delivery.begin_shutdown()
        # Each comes to its turn, whatever goes through the one before it, such as a `sys.exit`.
        with ExitStack() as steps:
            # Last: a signal may have interrupted the application where it holds a lock of its log.
            steps.callback(self._announcement.make, exports=exports)
            steps.callback(self.identity.leave)
            steps.callback(failsafe(self._delivery.shutdown))
            for provider in reversed(self._providers):
                # The SDK's meter provider logs a warning when it is shut down twice.
                if not getattr(provider, "_shutdown", False):
                    steps.callback(_call, provider, "shutdown")

    @failsafe
    def _settle(self) -> None:
        self.identity.settle(worker=self._worker)
        self._describe()

    @failsafe
    def _describe(self) -> None:
        add_to_resources(self._providers, self.identity.attributes)

    def _begin_in_child(self) -> None:
        """Begin anew in a forked child; delivery has done so already."""
        if self._pid == os.getpid():
            return
        self._pid = os.getpid()
        self._worker = True
        self._starts_server = False
        self._reset()
        self._announcement.begin_in_child()
        self.identity.leave()
        renew_storage(self._providers[0])
        on_first_measurement(self._providers[0], self.gate.want)
        # The SDK has put a random id into its place.
        self._describe()

    def _wanted(self) -> None:
        self._watch(_IDLE)
        self._wake()

    def _wake(self) -> None:
        self._calls.put(None)

    def _watch(self, seconds: float) -> None:
        """Open the gate a moment after something is recorded, or after some seconds anyway."""
        if self._watching:
            return
        self._watching = True
        watcher = threading.Thread(
            name="otel-distro-open", target=self._open_in_time, args=(seconds,), daemon=True
        )
        with suppress(RuntimeError):
            # An interpreter that ends takes no thread: `end` opens the gate.
            contextvars.Context().run(watcher.start)

    def _open_in_time(self, seconds: float) -> None:
        if self._starts_server:
            self.gate.wait(_SERVER_STARTS)
        else:
            with suppress(Empty):
                self._calls.get(timeout=seconds)
            if self.gate.wanted:
                self.gate.wait(_HOLD)
        if self.gate.open():
            self._announcement.make(exports=True)


def _call(provider: Any, method: str, *arguments: Any) -> None:
    function: Callable[..., Any] | None = getattr(provider, method, None)
    if function is not None:
        failsafe(function)(*arguments)
