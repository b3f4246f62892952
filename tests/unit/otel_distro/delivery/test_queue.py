"""The memory queue: bounded by bytes, first in first out."""

from otel_distro.delivery.batch import Batch
from otel_distro.delivery.queue import ByteQueue


def test_refuses_what_passes_the_bound() -> None:
    """A batch that would pass the bound is refused, and nothing else is touched."""
    queue = ByteQueue(10)
    queue.offer(Batch(b"x" * 6, 1))

    taken = queue.offer(Batch(b"x" * 5, 1))

    assert not taken
    assert (len(queue), queue.bytes) == (1, 6)


def test_an_empty_queue_takes_a_batch_of_any_size() -> None:
    """Otherwise a single large batch could never be delivered."""
    assert ByteQueue(10).offer(Batch(b"x" * 11, 1))


def test_takes_in_order_up_to_both_bounds() -> None:
    """A request holds as many whole batches as its bounds allow, and at least one."""
    queue = ByteQueue(1000)
    batches = [Batch(bytes([n]) * 10, 10) for n in range(5)]
    for batch in batches:
        queue.offer(batch)

    assert queue.take(items=25, size=1000) == batches[:2]
    assert queue.take(items=1, size=1) == batches[2:3]
    assert queue.take(items=100, size=20) == batches[3:]


def test_what_is_put_back_comes_first_again() -> None:
    """A request that did not arrive keeps its place, whatever the bound."""
    queue = ByteQueue(2)
    first, second, third = (Batch(b"x", n) for n in range(3))
    queue.offer(third)

    queue.put_back([first, second])

    assert queue.take_all() == [first, second, third]
    assert queue.bytes == 0


def test_takes_only_what_is_overdue() -> None:
    """Batches that are younger than the moment stay."""
    queue = ByteQueue(100)
    old, young = Batch(b"x", 1, born=1.0), Batch(b"x", 1, born=3.0)
    queue.offer(old)
    queue.offer(young)

    assert queue.take_born_before(2.0) == [old]
    assert queue.take_all() == [young]
