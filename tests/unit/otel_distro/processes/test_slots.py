"""Slots: the lowest free one, for as long as its holder lives, and never for two."""

import os
from pathlib import Path

from otel_distro.processes.slots import ALONE, Slot, slot_directory, take_slot


def taken(directory: Path, *, worker: bool = True) -> Slot:
    """Take a slot, which must be there."""
    slot = take_slot(directory, worker=worker)
    assert slot is not None
    return slot


def test_lowest_free_slot_is_taken(tmp_path: Path) -> None:
    """A slot that is given up is the next one to be taken."""
    first, second, third = taken(tmp_path), taken(tmp_path), taken(tmp_path)
    assert [slot.name for slot in (first, second, third)] == ["w0", "w1", "w2"]

    second.leave()

    assert taken(tmp_path).name == "w1"
    assert taken(tmp_path).name == "w3"


def test_process_of_its_own_has_no_suffix_unless_another_lives(tmp_path: Path) -> None:
    """The second process of a service that is no worker gets a slot."""
    alone, worker = taken(tmp_path, worker=False), taken(tmp_path, worker=False)

    assert (alone.name, worker.name) == (ALONE, "w0")


def test_slot_is_free_when_its_holder_was_killed(tmp_path: Path) -> None:
    """The kernel gives a slot back, also where a process had no time to."""
    pid = os.fork()
    if pid == 0:
        taken(tmp_path)
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)

    assert taken(tmp_path).name == "w0"


def test_child_that_leaves_does_not_free_its_parents_slot(tmp_path: Path) -> None:
    """A forked child closes its copy of the lock, and the parent keeps it."""
    slot = taken(tmp_path)
    pid = os.fork()
    if pid == 0:
        slot.leave()
        os._exit(0)
    os.waitpid(pid, 0)

    assert taken(tmp_path).name == "w1"


def test_services_and_identities_are_apart(tmp_path: Path) -> None:
    """Neither another service nor another id takes a slot away."""
    places = {slot_directory(*key, tmp_path) for key in (("a", "x"), ("b", "x"), ("a", "y"), ("a", "x"))}

    assert None not in places
    assert len(places) == 3


def test_slots_are_private(tmp_path: Path) -> None:
    """No other user can take them."""
    directory = slot_directory("shop", "shop-7", tmp_path)

    assert directory is not None
    assert directory.stat().st_mode & 0o077 == 0
    assert directory.parent.stat().st_mode & 0o077 == 0


def test_no_directory_means_no_slot(tmp_path: Path) -> None:
    """Where nothing can be locked there is no slot, and no error."""
    assert take_slot(tmp_path / "missing", worker=True) is None
