"""Sends the traffic that a person is shown first, and waits until its trace has come to its end."""

import httpx

from stack.addresses import Addresses
from stack.arrival import arrives
from stack.settings import Settings
from stack.supervision.files import Files
from stack.terminal import Terminal
from stack.traffic import Journey, play

_PATIENCE = 30.0


def take_tour(terminal: Terminal, settings: Settings) -> Journey | None:
    """Return what was sent; None, with a line that says why, if it could not be.

    Neither that nor a trace which does not arrive is a reason to stop what runs.
    """
    addresses, files = Addresses(settings.ports), Files(settings.directory)
    try:
        journey = play(addresses.api)
    except httpx.HTTPError as error:
        terminal.line(f"the first requests failed ({error}): see {files.log_of('api')}", style="red")
        return None
    with terminal.step("waiting for the first trace", "the first trace arrived, or was given up,"):
        arrived = arrives(addresses, settings.profile, journey.booking_trace, _PATIENCE)
    if not arrived:
        log = files.log_of("collector")
        terminal.line(f"its trace did not arrive within {_PATIENCE:.0f} s: see {log}", style="red")
    return journey
