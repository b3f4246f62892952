"""What each kind of value becomes, and what counts as replaced."""

import sys
from typing import Any

import pytest

from otel_distro.otlp.limits import ValueLimits
from otel_distro.otlp.values import CYCLE, LEFT_OUT, TOO_DEEP, Sanitiser
from tests.unit.otel_distro.otlp.hostile import (
    VALUES,
    Colour,
    FakeScalar,
    Level,
    Plain,
    Point,
    TextSubclass,
    Unshowable,
    deep_list,
)

KEPT = {
    "text whose methods raise": "text",
    "bytearray": b"\xff",
    "memoryview": b"\xff",
    "set": [1, 2, 3],
    "frozenset": ["a"],
    "enum": "red",
    "enum of a list": ["a"],
    "integer enum": 3,
    "numpy scalar": 5,
    "numpy float": 0.5,
    "user's containers": {"a": [1, 2]},
    "mapping proxy": {"a": 1},
    "infinity": [float("inf"), float("-inf")],
    "empty key": {"": "a"},
    "None": None,
}
REPLACED = {
    "cyclic list": ["a", CYCLE],
    "cyclic dict": {"a": 1, "b": [CYCLE]},
    "str raises": "<Unshowable that cannot be shown>",
    "str raises no Exception": "<UnshowableBadly that cannot be shown>",
    "str is no text": "<NotText that cannot be shown>",
    "str raises in a list": ["<Unshowable that cannot be shown>", "fine"],
    "str raises as a key": {"<Unshowable that cannot be shown>": "fine"},
    "nothing to show": "<Plain>",
    "2**63": "9223372036854775808",
    "2**70 in a list": ["1180591620717411303424", 1],
    "2**100000": "<integer of 100001 bits>",
    "numpy array": "[0 1 2 ... 7 8 9]",
    "dataclass": "Point(x=1, y='a')",
    "dataclass that holds what cannot be shown": "<Point that cannot be shown>",
    "decimal": "1.5",
    "fraction": "1/3",
    "complex": "1j",
    "exception": "a",
    "mapping that raises": "<RaisingMapping that cannot be read>",
    "claims another class": "<Shady that cannot be read>",
}


@pytest.mark.parametrize("name", KEPT)
def test_kept(name: str) -> None:
    """A value that has a plain form is that form, and counts as kept."""
    sanitiser = Sanitiser()

    safe = sanitiser.value(VALUES[name]())

    assert safe == KEPT[name]
    assert sanitiser.replaced == 0


@pytest.mark.parametrize("name", REPLACED)
def test_replaced(name: str) -> None:
    """A value that cannot be kept is replaced by one that says so, and counted once."""
    sanitiser = Sanitiser()

    safe = sanitiser.value(VALUES[name]())

    assert safe == REPLACED[name]
    assert sanitiser.replaced == 1


def test_exact_types() -> None:
    """What is handed on has none of a foreign type's methods."""
    foreign = [TextSubclass("text"), Level.HIGH, FakeScalar(0.5), Colour.RED]

    safe = Sanitiser().value(foreign)

    assert [type(value) for value in safe] == [str, int, float, str]  # type: ignore[union-attr]


def test_keys_that_are_no_text() -> None:
    """Keys become text, and no entry is lost where two of them have the same."""
    sanitiser = Sanitiser()

    safe = sanitiser.value(VALUES["keys that are no text"]())

    assert safe == {"1": "a", "1 (1)": "b", "None": "c", "[1, 2]": "d", "k": "e", "3": "f"}


def test_text_is_cut_with_a_marker() -> None:
    """A text beyond the bound keeps its beginning and says how long it was."""
    sanitiser = Sanitiser(ValueLimits(text=300))

    safe = sanitiser.text("x" * 1000)

    assert safe == "x" * 282 + "…[1000 characters]"
    assert sanitiser.replaced == 1


def test_bound_of_all_texts() -> None:
    """Long texts of one item share a bound; a short one is always kept, and so is the next item's."""
    sanitiser = Sanitiser(ValueLimits(text=1000, item_text=1500))

    lengths = [len(sanitiser.text("x" * 1000)) for _ in range(3)]
    short = sanitiser.text("y" * 256)
    sanitiser.begin_item()

    assert lengths == [1000, 500, 256]
    assert short == "y" * 256
    assert len(sanitiser.text("x" * 1000)) == 1000
    assert sanitiser.replaced == 2


def test_bound_of_elements() -> None:
    """Elements beyond the bound are left out and said to be, in all containers of the item together."""
    sanitiser = Sanitiser(ValueLimits(elements=3))

    assert sanitiser.value([1, 2, 3, 4]) == [1, 2, 3, LEFT_OUT]
    assert sanitiser.value({"a": 1}) == {LEFT_OUT: None}
    assert sanitiser.replaced == 2


def test_elements_within_the_bound() -> None:
    """A container that is as large as the bound is kept whole."""
    sanitiser = Sanitiser(ValueLimits(elements=3))

    assert sanitiser.value((1, 2, 3)) == [1, 2, 3]
    assert sanitiser.replaced == 0


def test_depth() -> None:
    """Containers beyond the bound of depth are replaced."""
    sanitiser = Sanitiser(ValueLimits(depth=2))

    assert sanitiser.value([[[1]], [2]]) == [[TOO_DEEP], [2]]
    assert sanitiser.replaced == 1


def test_the_same_container_twice() -> None:
    """A container that appears twice side by side does not contain itself."""
    shared = [1]

    assert Sanitiser().value([shared, shared]) == [[1], [1]]


def test_surrogates() -> None:
    """A pair of surrogates is the character it stands for; a lone one is replaced."""
    sanitiser = Sanitiser()

    assert sanitiser.utf8("\ud83d\ude00 \ud800") == "😀 �".encode()
    assert sanitiser.replaced == 1


def test_too_many_attributes() -> None:
    """Attributes beyond the bound are left out, and their number is told."""
    sanitiser = Sanitiser(ValueLimits(elements=2))

    assert sanitiser.attributes({"a": 1, "b": 2, "c": 3}) == ({"a": 1, "b": 2}, 1)
    assert sanitiser.replaced == 1


@pytest.mark.parametrize("attributes", [5, "text", [("a", 1)], Unshowable(), Plain()])
def test_attributes_that_are_no_mapping(attributes: Any) -> None:
    """What is no mapping has no attributes."""
    sanitiser = Sanitiser()

    assert sanitiser.attributes(attributes) == ({}, 0)
    assert sanitiser.replaced == 1


@pytest.mark.parametrize("number", [-1, 2**64, 0.5, float("nan"), float("inf"), "x", None, Unshowable()])
def test_whole_numbers_out_of_range(number: Any) -> None:
    """A whole number out of range becomes the nearest within; what is none becomes 0."""
    sanitiser = Sanitiser()

    assert sanitiser.whole(number, 2**64 - 1) == (2**64 - 1 if number == 2**64 else 0)
    assert sanitiser.replaced == 1


def test_interrupts_pass() -> None:
    """What is meant for the process is not taken for a value that cannot be shown."""

    class Interrupted:
        def __str__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Sanitiser().value(Interrupted())


def test_near_the_recursion_limit() -> None:
    """Where the stack has no room left the value is replaced, and nothing raises."""
    sanitiser = Sanitiser()

    def descend(room: int) -> Any:
        return descend(room - 1) if room else sanitiser.value(deep_list())

    frames = len(_stack())
    assert descend(sys.getrecursionlimit() - frames - 30) is not None
    assert sanitiser.replaced >= 1


def _stack() -> list[Any]:
    frame, frames = sys._getframe(), []
    while frame is not None:
        frames.append(frame)
        frame = frame.f_back
    return frames


def test_dataclass_is_shown() -> None:
    """A dataclass is shown by its own `repr`, which may hide a field."""
    assert Sanitiser().value([Point(1, 2)]) == ["Point(x=1, y=2)"]
