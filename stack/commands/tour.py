"""Sends the traffic that a person is shown first, and waits until its trace has come to its end."""

import time

import httpx

from stack.addresses import Addresses
from stack.arrival import arrives
from stack.demo_key import demo_key
from stack.journey import Journey, play
from stack.settings import Settings
from stack.supervision.files import Files
from stack.terminal import Terminal, duration

_PATIENCE = 30.0


def take_tour(terminal: Terminal, settings: Settings) -> Journey | None:
    """Return what was sent; None, with a line that says why, if it could not be.

    Neither that nor a trace which does not arrive is a reason to stop what runs.
    """
    addresses, files = Addresses(settings.ports), Files(settings.directory)
    try:
        journey = play(addresses.api, demo_key(settings))
    except httpx.HTTPError as error:
        terminal.line(f"the first requests failed ({error}): see {files.log_of('api')}", style="red")
        return None
    started = time.monotonic()
    with terminal.step("waiting for the first trace"):
        arrived = arrives(addresses, settings.profile, journey.booking_trace, _PATIENCE)
    if arrived:
        terminal.line(f"the first trace arrived after {duration(time.monotonic() - started)}")
    else:
        log = files.log_of("collector")
        terminal.line(f"the first trace did not arrive within {duration(_PATIENCE)}: see {log}", style="red")
    return journey
