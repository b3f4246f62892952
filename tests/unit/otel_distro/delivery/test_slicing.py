"""How many records are encoded at once."""

from hypothesis import given
from hypothesis import strategies as st

from otel_distro.delivery.slicing import FEWEST, LONGEST, MOST, Slicing


def test_heavy_records_make_small_slices() -> None:
    """64 records of 0.2 ms each would hold the interpreter for 13 ms; the next slice takes about 2."""
    slicing = Slicing()

    slicing.took(64, 64 * 0.0002)

    assert slicing.size == 10
    slicing.took(10, 10 * 0.0002)
    assert slicing.size == 10


def test_light_records_make_large_slices_again() -> None:
    """A burst of heavy ones is over at some time."""
    slicing = Slicing()
    slicing.took(64, 1.0)
    assert slicing.size == FEWEST

    for _ in range(10):
        slicing.took(slicing.size, slicing.size * 0.000005)

    assert slicing.size == MOST


@given(st.lists(st.floats(0, 10), max_size=50))
def test_a_slice_is_never_empty_nor_too_large(times: list[float]) -> None:
    """Whatever a clock says."""
    slicing = Slicing()
    for seconds in times:
        slicing.took(slicing.size, seconds)
        assert FEWEST <= slicing.size <= MOST
        assert seconds <= LONGEST or slicing.size < MOST
