"""The disk spool: undelivered telemetry outlives an outage, and the process that recorded it.

A directory for each service, private to its user, that all its processes share. Each appends to
segments of its own; what a process leaves behind when it ends, however it ends, is taken over by
the next process of the service, or by one that runs. See `frames` for the format and `ownership`
for who may touch what.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from otel_distro.delivery.account import Account
from otel_distro.delivery.batch import Batch
from otel_distro.delivery.directory import partition_name, private_directory, roots
from otel_distro.delivery.ownership import OWNER, Ownership, new_token
from otel_distro.delivery.quota import SEGMENT, Quota
from otel_distro.delivery.segment import Segment
from otel_distro.delivery.settings import SIGNALS, DeliverySettings, Signal
from otel_distro.delivery.signal_spool import Kept, SignalSpool

_ADOPTED_AT_ONCE = 64


class Spool:
    """This process's part in the spool of its service.

    Args:
        settings: say where it lies and how large it may grow.
        account: of this process.
    """

    def __init__(self, settings: DeliverySettings, account: Account) -> None:
        self._settings = settings
        self.directory: Path | None = None
        self.problem: str | None = None
        """Why the last write did not succeed, or why there is no spool at all."""
        self.unusable = ""
        """The directories that could not be had, each with the reason."""
        self.torn = 0
        """Files that ended in something that was no whole frame."""
        self.unreadable: dict[str, str] = {}
        """Files of processes that are gone that could not be read, each with the reason."""
        self.token = new_token()
        self._own: Ownership | None = None
        self._adopted: list[Ownership] = []
        self._signals = {signal: SignalSpool(signal, account) for signal in SIGNALS}
        self._quota: Quota | None = None

    def open(self) -> None:
        """Find the directory and take our place in it; without one, `directory` stays `None`.

        Called again and again: a directory that somebody has removed is made anew.
        """
        self._leave_removed()
        if self._own or not self._settings.spool_bytes:
            return
        failures: list[str] = []
        for root in roots(self._settings.spool_dir):
            try:
                directory = private_directory(root, partition_name(self._settings.service_name))
                self._own = Ownership.create(directory, self.token)
            except OSError as error:
                failures.append(f"{root}: {error.strerror or error}")
                continue
            finally:
                self.unusable = "; ".join(failures)
            self._quota = Quota(directory, self._settings.spool_bytes)
            self.directory = directory
            self.problem = None
            return
        self.problem = self.unusable

    def ready(self, signal: Signal) -> int:
        """Return how many records of a signal are on disk and not in flight."""
        return self._signals[signal].ready

    def keep(self, signal: Signal, batches: Sequence[Batch]) -> list[Batch]:
        """Write batches to disk, in order; return those that found no room."""
        left = list(batches)
        if self._quota is None or not left:
            return left
        try:
            with self._quota.room() as room:
                while left:
                    written = self._signals[signal].append(left[0], self._path, self.token, room)
                    if not written:
                        self.problem = "the spool is full"
                        return left
                    room -= written
                    del left[0]
        except OSError as error:
            self.problem = f"{self.directory}: {error.strerror or error}"
            return left
        self.problem = None
        return left

    def hold(self, signal: Signal, batch: Batch) -> Kept | None:
        """Write a batch that is in flight; `None` where that is not possible."""
        if self._quota is None:
            return None
        try:
            with self._quota.room() as room:
                return self._signals[signal].hold(batch, self._path, self.token, room)
        except OSError as error:
            self.problem = f"{self.directory}: {error.strerror or error}"
            return None

    def take(self, signal: Signal, items: int, size: int) -> Kept | None:
        """Take the oldest records of a signal: at least one frame, then while both bounds hold."""
        try:
            return self._signals[signal].take(items, size)
        except OSError as error:
            self.problem = f"{self.directory}: {error.strerror or error}"
            return None

    def done(self, signal: Signal, kept: Kept) -> None:
        """Forget what was taken or held: it needs no more sending."""
        self._signals[signal].done(kept)

    def release(self, signal: Signal, kept: Kept) -> None:
        """Let what was taken or held be taken again."""
        self._signals[signal].release(kept)

    def adopt(self) -> bool:
        """Take over what processes that are gone have left; answer whether there was anything."""
        if self.directory is None:
            return False
        self._end_finished()
        try:
            segments, owners = listed(self.directory)
            left = [token for token in dict.fromkeys([*segments, *owners]) if token not in self._ours()]
            adopted = [self._adopt(self.directory, token) for token in left]
        except OSError as error:
            self.problem = f"{self.directory}: {error.strerror or error}"
            return False
        return any(adopted)

    def close(self) -> None:
        """Leave the spool: what is in it is another process's now."""
        self._end_finished()
        for signal in self._signals.values():
            signal.close()
        for ownership in self._adopted:
            ownership.leave()
        if self._own:
            finished = self._own.token not in self._tokens()
            self._own.end() if finished else self._own.leave()

    def abandon(self) -> None:
        """Close inherited files in a forked child, where the parent goes on using them."""
        for ownership in [*self._adopted, *([self._own] if self._own else [])]:
            ownership.leave()

    def used(self) -> int:
        """Return the bytes that all processes of the service have on disk."""
        try:
            return self._quota.used() if self._quota else 0
        except OSError:
            return 0

    def _adopt(self, directory: Path, token: str) -> bool:
        if len(self._adopted) >= _ADOPTED_AT_ONCE:
            return False
        owner = Ownership.take_over(directory / f"{token}{OWNER}")
        if owner is None:
            return False
        # Listed again under the lock: its owner may have written until it ended.
        names = listed(directory)[0].get(token, [])
        if not names:
            owner.end()
            return False
        adopted = [self._adopt_segment(directory / name, token) for name in names]
        if not any(adopted):
            owner.leave()
            return False
        self._adopted.append(owner)
        return True

    def _adopt_segment(self, path: Path, token: str) -> bool:
        """Look after a segment; one that cannot be read now is left to a later process."""
        try:
            segment = Segment.found(path, token)
        except FileNotFoundError:
            return False
        except OSError as error:
            self.unreadable[path.name] = error.strerror or str(error)
            return False
        self.torn += segment.torn
        self._signals[signal_of(path.name)].adopt(segment)
        return True

    def _leave_removed(self) -> None:
        if self._own and not self._own.named:
            self._own.leave()
            self._own = self._quota = self.directory = None

    def _ours(self) -> set[str]:
        return {self.token, *(owner.token for owner in self._adopted)}

    def _end_finished(self) -> None:
        tokens = self._tokens()
        for ownership in [owner for owner in self._adopted if owner.token not in tokens]:
            self._adopted.remove(ownership)
            ownership.end()

    def _tokens(self) -> set[str]:
        return set[str]().union(*(signal.tokens() for signal in self._signals.values()))

    def _path(self, name: str) -> Path:
        if self.directory is None:
            raise FileNotFoundError("there is no spool")
        return self.directory / name


def listed(directory: Path) -> tuple[dict[str, list[str]], list[str]]:
    """Return the segments by token, oldest first, and the tokens that have an owner file."""
    with os.scandir(directory) as entries:
        names = sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
    segments: dict[str, list[str]] = {}
    for name in names:
        if name.endswith(SEGMENT) and name.count(".") == 3 and signal_of(name) in SIGNALS:
            segments.setdefault(name.split(".")[1], []).append(name)
    return segments, [name.removesuffix(OWNER) for name in names if name.endswith(OWNER)]


def signal_of(name: str) -> Signal:
    """Return whose records a segment of this name holds."""
    return cast("Signal", name.split(".")[2])
