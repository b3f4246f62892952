"""The gate: nothing leaves before it is known that a process exports."""

import threading

from otel_distro.delivery.gate import Gate


def test_gate_without_preparation_is_open() -> None:
    """Where nobody decides, records leave at once."""
    assert Gate().is_open


def test_gate_prepares_once_and_then_lets_everybody_pass() -> None:
    """Who waits goes on when what an export needs is there."""
    prepared: list[str] = []
    gate = Gate(lambda: prepared.append("once"))
    passed: list[bool] = []
    waiting = threading.Thread(target=lambda: passed.append(gate.wait(30)))
    waiting.start()

    assert not gate.is_open
    assert gate.open()
    assert gate.open()
    waiting.join(30)

    assert (prepared, passed) == (["once"], [True])


def test_first_record_starts_what_waits() -> None:
    """It is told once, before the gate opens."""
    started: list[bool] = []
    gate = Gate(lambda: None)
    gate.on_want(lambda: started.append(gate.is_open))

    gate.want()
    gate.want()
    gate.open()

    assert started == [False]


def test_silent_gate_never_opens() -> None:
    """Who waits is told so, and nothing is prepared or started."""
    happened: list[str] = []
    gate = Gate(lambda: happened.append("prepared"))
    gate.on_want(lambda: happened.append("started"))
    gate.on_silence(lambda: happened.append("silent"))

    gate.silence()
    gate.want()

    assert not gate.open()
    assert not gate.wait(30)
    assert happened == ["silent"]


def test_gate_closes_again_in_a_child() -> None:
    """A child of a silent process decides for itself."""
    gate = Gate(lambda: None)
    gate.silence()

    gate.reset()

    assert not gate.is_open
    assert gate.open()
