"""`top`: what the service does now, on a screen that is drawn anew every few seconds until Ctrl-C.

In a file or a pipe it is drawn once, and the command ends.
"""

import time
from collections import deque

import httpx

from stack.commands.signals import Interrupted
from stack.current import running_stack
from stack.errors import StackError
from stack.running import Stack
from stack.terminal import Terminal
from stack.top.samples import Samples
from stack.top.screen import draw
from stack.traces import loki, viewer
from stack.traces.trace import Record

# New figures come as often as the service exports its metrics.
_INTERVAL = 5.0
_WINDOW = 6
_ERRORS = 5
_ERRORS_OF = 15 * 60 * 1_000_000_000
_TIMEOUT = 5.0


def top(terminal: Terminal) -> int:
    """Show it; 0 when Ctrl-C ends it.

    Raises `StackError` where no stack runs, or where its Collector does not answer.
    """
    stack = running_stack(terminal)
    scrapes: deque[Samples] = deque(maxlen=_WINDOW)
    with httpx.Client(timeout=_TIMEOUT, trust_env=False) as client, terminal.screen() as show:
        scrapes.append(_scrape(client, stack))
        try:
            while True:
                time.sleep(_INTERVAL)
                scrapes.append(_scrape(client, stack))
                show(draw(scrapes[0], scrapes[-1], _last_errors(client, stack)))
                if not terminal.is_live:
                    return 0
        except Interrupted:
            return 0


def _scrape(client: httpx.Client, stack: Stack) -> Samples:
    url = stack.addresses.service_metrics
    try:
        text = client.get(url, headers={"accept": "text/plain"}).raise_for_status().text
        return Samples.parse(text, time.monotonic())
    except (httpx.HTTPError, ValueError) as error:
        raise StackError(f"{url} cannot be read: {error}; `make status` tells what does not run") from error


def _last_errors(client: httpx.Client, stack: Stack) -> list[Record]:
    """Return the newest errors, none while the backend does not answer: the figures go on without."""
    since = time.time_ns() - _ERRORS_OF
    try:
        if stack.settings.profile == "embedded":
            return viewer.read_last_errors(client, stack.addresses.viewer, since, _ERRORS)
        return loki.read_last_errors(client, stack.addresses.loki, since, _ERRORS)
    except httpx.HTTPError:
        return []
