"""Where the job queue lies in Redis.

`ready` is a list: jobs enter on the left and are taken from the right. `processing` is such a list for each
worker, `delayed` a sorted set by the time a job is due, `dead` a list for people to look at. `attempts` is a
hash that outlives a worker, so that a job that kills its worker is buried in the end too; `excused` counts
those of them that do not count against the job.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class JobKeys:
    """The keys of one queue."""

    queue: str

    @property
    def _prefix(self) -> str:
        return f"travel-crm:jobs:{self.queue}"

    @property
    def ready(self) -> str:
        """Jobs that wait to be taken."""
        return f"{self._prefix}:ready"

    @property
    def delayed(self) -> str:
        """Jobs that are to be tried again later."""
        return f"{self._prefix}:delayed"

    @property
    def dead(self) -> str:
        """Jobs that were given up."""
        return f"{self._prefix}:dead"

    @property
    def attempts(self) -> str:
        """How often each unfinished job was taken."""
        return f"{self._prefix}:attempts"

    @property
    def excused(self) -> str:
        """How often each unfinished job failed since something was away."""
        return f"{self._prefix}:excused"

    @property
    def workers(self) -> str:
        """Workers that may hold a job."""
        return f"{self._prefix}:workers"

    def processing(self, worker: str) -> str:
        """Jobs in one worker's hands: one, or none."""
        return f"{self._prefix}:processing:{worker}"

    def heartbeat(self, worker: str) -> str:
        """A key that goes away some seconds after the worker did."""
        return f"{self._prefix}:heartbeat:{worker}"


EMAILS = JobKeys("emails")
