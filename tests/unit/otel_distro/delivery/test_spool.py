"""The disk spool: what is in it is sent by exactly one process, and stays within its bounds."""

import stat
from pathlib import Path

import pytest

from otel_distro.delivery.batch import Batch
from otel_distro.delivery.directory import partition_name
from tests.unit.otel_distro.delivery.shop import Shop, keep, segments, take_all


def test_what_is_kept_is_taken_in_order_and_then_gone(shop: Shop) -> None:
    """Files are removed with their last record."""
    spool, account = shop.open()

    left = keep(spool, account, b"first", b"second", b"third")

    assert left == []
    assert account.of("traces").spooled == 3
    assert take_all(spool) == [b"first", b"second", b"third"]
    assert segments(shop.directory) == []


def test_the_directory_is_private(shop: Shop) -> None:
    """Nobody but the user can read what waits there, whatever was there before."""
    shop.directory.mkdir()
    (shop.directory / partition_name("shop")).mkdir(mode=0o755)

    spool, account = shop.open()
    keep(spool, account, b"payload")

    assert spool.directory
    assert stat.S_IMODE(spool.directory.stat().st_mode) == 0o700
    assert all(stat.S_IMODE(p.stat().st_mode) == 0o600 for p in spool.directory.iterdir())


def test_services_do_not_mix(shop: Shop) -> None:
    """One service never sends another's telemetry."""
    killed, account = shop.open(service="shop")
    keep(killed, account, b"payload")
    shop.kill(killed)

    other, _ = shop.open(service="bank")

    assert not other.adopt()


@pytest.mark.parametrize("name", ["", "unknown_service", "a/../../b", "ü" * 300, "\ud800", "."])
def test_any_service_name_makes_a_directory_name(name: str) -> None:
    """A service's name cannot lead out of the spool."""
    found = partition_name(name)

    assert Path(found).name == found
    assert found.isascii()
    assert len(found) < 100
    assert not found.startswith(".")


def test_what_a_killed_process_left_is_taken_over_once(shop: Shop) -> None:
    """Reliability row 7: of several processes that look, one gets it."""
    killed, account = shop.open()
    keep(killed, account, b"first", b"second")
    shop.kill(killed)
    heirs = [shop.open() for _ in range(3)]

    adopted = [spool.adopt() for spool, _ in heirs]

    assert adopted == [True, False, False]
    spool, account = heirs[0]
    assert (account.of("traces").recovered, account.of("traces").spooled) == (2, 2)
    assert take_all(spool) == [b"first", b"second"]


def test_what_a_living_process_has_is_left_alone(shop: Shop) -> None:
    """Its segments are its own for as long as it runs."""
    spool, account = shop.open()
    keep(spool, account, b"payload")
    other, _ = shop.open()

    assert not other.adopt()
    assert take_all(spool) == [b"payload"]


def test_an_heir_may_die_too(shop: Shop) -> None:
    """What was sent by then is not sent again; the rest passes on."""
    first, account = shop.open()
    keep(first, account, b"a", b"b", b"c")
    shop.kill(first)
    second, _ = shop.open()
    second.adopt()
    kept = second.take("traces", 1, 10**6)
    assert kept
    second.done("traces", kept)
    assert second.take("traces", 1, 10**6)
    shop.kill(second)

    third, account = shop.open()
    third.adopt()

    assert take_all(third) == [b"b", b"c"]
    assert account.of("traces").recovered == 2


def test_the_oldest_comes_first(shop: Shop) -> None:
    """What was inherited is older than what is new."""
    killed, account = shop.open()
    keep(killed, account, b"old")
    shop.kill(killed)
    spool, account = shop.open()
    keep(spool, account, b"new")

    spool.adopt()

    assert take_all(spool) == [b"old", b"new"]


def test_segments_without_an_owner_file_are_taken_over(shop: Shop) -> None:
    """Someone may have tidied up."""
    killed, account = shop.open()
    keep(killed, account, b"payload")
    shop.kill(killed)
    for path in shop.directory.rglob("*.owner"):
        path.unlink()

    spool, _ = shop.open()

    assert spool.adopt()
    assert take_all(spool) == [b"payload"]


def test_a_process_that_ends_well_leaves_nothing(shop: Shop) -> None:
    """No owner file, no segment."""
    spool, account = shop.open()
    keep(spool, account, b"payload")
    take_all(spool)

    shop.spools.remove(spool)
    spool.close()

    assert [p.name for p in shop.directory.rglob("*") if p.is_file()] == ["quota.lock"]


def test_a_process_that_ends_hands_over_at_once(shop: Shop) -> None:
    """What it could not deliver is another's after its goodbye."""
    spool, account = shop.open()
    keep(spool, account, b"payload")
    other, _ = shop.open()

    shop.spools.remove(spool)
    spool.close()

    assert other.adopt()
    assert take_all(other) == [b"payload"]


def test_all_processes_together_stay_within_the_bound(shop: Shop) -> None:
    """A batch without room comes back, and the reason is known."""
    payload = b"x" * 300
    first, account = shop.open(limit=1000)
    second, other = shop.open(limit=1000)
    keep(first, account, payload, payload)

    left = keep(second, other, payload, payload)

    assert [batch.payload for batch in left] == [payload]
    assert second.problem == "the spool is full"
    assert sum(path.stat().st_size for path in segments(shop.directory)) <= 1000
    take_all(first)
    assert second.keep("traces", left) == []
    assert second.problem is None


def test_a_request_in_flight_is_held(shop: Shop) -> None:
    """Its copy on disk is not sent a second time by this process, but by the next one."""
    spool, account = shop.open()
    account.accept("traces", 2)
    kept = spool.hold("traces", Batch(b"in flight", 1))
    spool.keep("traces", [Batch(b"behind", 1)])
    assert kept

    assert take_all(spool) == [b"behind"]
    spool.release("traces", kept)
    assert take_all(spool) == [b"in flight"]


def test_a_released_request_keeps_its_place(shop: Shop) -> None:
    """What was taken and did not arrive comes first again."""
    spool, account = shop.open()
    keep(spool, account, b"a", b"b", b"c")

    kept = spool.take("traces", 2, 100)
    assert kept
    assert kept.batch.payload == b"ab"
    spool.release("traces", kept)

    assert take_all(spool) == [b"a", b"b", b"c"]


def test_a_spool_of_no_bytes_is_off(shop: Shop) -> None:
    """Then nothing is written anywhere."""
    spool, account = shop.open(limit=0)

    left = keep(spool, account, b"payload")

    assert len(left) == 1
    assert spool.hold("traces", left[0]) is None
    assert spool.take("traces", 1, 1) is None
    assert not shop.directory.exists()
