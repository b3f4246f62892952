"""A MongoDB command's text shows its shape and none of its values."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_distro.instrumentation.mongodb_statement import statement_of


@pytest.mark.parametrize(
    ("command", "collection", "text"),
    [
        (
            {
                "find": "bookings",
                "filter": {"email": "a@b", "$or": [{"x": 1}, {"y": None}]},
                "lsid": {},
                "$db": "crm",
            },
            "bookings",
            '{"find": "bookings", "filter": {"email": "?", "$or": [{"x": "?"}, {"y": "?"}]}}',
        ),
        ({"getMore": 7, "collection": "bookings"}, "bookings", '{"getMore": "?", "collection": "bookings"}'),
        ({"ping": 1}, None, '{"ping": "?"}'),
        ({"command": None}, None, '{"command": "?"}'),
        ({"insert": "bookings", "documents": []}, "bookings", '{"insert": "bookings", "documents": []}'),
    ],
)
def test_statement(command: dict[str, Any], collection: str | None, text: str) -> None:
    """Names and operators stay, values go, and so does what the driver adds."""
    assert statement_of(command, collection, 1024) == text


def test_equal_value_elsewhere_is_no_collection() -> None:
    """A value that happens to read like the collection is a value."""
    assert statement_of({"find": "a", "filter": {"name": "a"}}, "a", 1024) == (
        '{"find": "a", "filter": {"name": "?"}}'
    )


def test_large_command_is_cut_off() -> None:
    """A million values cost no more than the limit."""
    command = {"insert": "bookings", "documents": [{"number": number} for number in range(100_000)]}

    text = statement_of(command, "bookings", 200)

    assert len(text) <= 200
    assert text.endswith("...")


def test_deep_command_ends() -> None:
    """A document nested deeper than any sensible one is cut."""
    document: dict[str, Any] = {}
    for _ in range(5000):
        document = {"a": document}

    assert len(statement_of({"find": "b", "filter": document}, "b", 1024)) <= 1024


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.binary() | st.just("secret"),
    lambda children: st.lists(children) | st.dictionaries(st.sampled_from(["$in", "name", "a.b"]), children),
)


@given(_values, st.integers(min_value=32, max_value=2000))
def test_no_value_is_ever_in_the_text(value: object, limit: int) -> None:
    """Whatever the values are, they are not in the text, which is JSON unless it was cut off."""
    text = statement_of({"find": "bookings", "filter": value}, "bookings", limit)

    assert len(text) <= limit
    assert "secret" not in text
    if not text.endswith("..."):
        assert next(iter(json.loads(text))) == "find"
