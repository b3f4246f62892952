"""The trace id that a caller asks for."""

from hypothesis import given
from hypothesis import strategies as st

from otel_distro.propagation import parse_trace_id


@given(st.uuids())
def test_uuid_and_hexadecimal_digits_are_the_same_id(uuid: object) -> None:
    """Both forms of one id are read alike, in either case."""
    plain = str(uuid).replace("-", "")

    assert parse_trace_id(str(uuid).encode()) == parse_trace_id(plain.upper().encode()) == int(plain, 16)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_trace_id_or_none(value: bytes) -> None:
    """No input raises, and no result is outside 128 bits."""
    assert 0 <= parse_trace_id(value) < 2**128
