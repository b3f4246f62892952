"""What a field takes, and what it keeps out of the store, the mail headers and the logs."""

from datetime import date
from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from travel_crm.domain.customers import NewCustomer
from travel_crm.domain.fields import (
    Day,
    Identifier,
    Line,
    Lines,
    Money,
    is_identifier,
    new_identifier,
    utc_now,
)


def accepts(kind: Any, value: object) -> bool:
    """Return whether a value is taken for a kind of field."""
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError:
        return False
    return True


def test_identifiers_are_fresh_and_well_formed() -> None:
    """Every identifier is another one, and passes the check that unknown ones are sorted out by."""
    first, second = new_identifier(), new_identifier()

    assert first != second
    assert is_identifier(first)
    assert accepts(Identifier, first)


@pytest.mark.parametrize(
    "text", ["", "nope", "A" * 32, "a" * 31, "a" * 33, "a" * 32 + "\n", "pages", "\ud800"]
)
def test_what_is_no_identifier(text: str) -> None:
    """Only 32 lower-case hexadecimal digits are one."""
    assert not is_identifier(text)
    assert not accepts(Identifier, text)


@pytest.mark.parametrize("text", ["Ada", "Åsa O'Brien-Müller", "東京", "a" * 200, "x  y"])
def test_a_line_takes_what_people_are_called(text: str) -> None:
    """Letters of any script, and spaces between them."""
    assert accepts(Line, text)


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", " Ada", "Ada ", "Ada\r\nBcc: all@example.com", "a\x00b", "a" * 201, "\ud800"),
        *("Lis\x85bon", "a\x9bb", "Lisbon\u2028x", "Lisbon\u2029x", "\u2029"),
    ],
)
def test_a_line_keeps_out_what_breaks_headers_and_stores(text: str) -> None:
    """No control characters, no lone surrogates, nothing empty or endless."""
    assert not accepts(Line, text)


def test_lines_may_break_but_hold_no_other_control_characters() -> None:
    """Notes have paragraphs."""
    assert accepts(Lines, "first\nsecond\tthird\r\n")
    assert not accepts(Lines, "\x1b[2J")


@pytest.mark.parametrize(
    "address",
    [
        *("ada", "ada@", "@example.com", "ada@example", "a b@example.com", "ada@example.com\n"),
        *("..a..@example.com", ".a@example.com", "a.@example.com", "a..b@example.com"),
        *("a@-example.com", "a@example-.com", "a@example..com", "a@.example.com"),
    ],
)
def test_what_is_no_email_address(address: str) -> None:
    """An address has a name, an @ and a domain with a dot, and no dot stands beside another or at an end."""
    with pytest.raises(ValidationError, match="email"):
        NewCustomer(name="Ada", email=address)


@pytest.mark.parametrize("address", ["a@b.co", "o'brien+crm@mail.example-1.com", "a.b.c@1and1.example"])
def test_what_is_an_email_address(address: str) -> None:
    """What mail servers take, and no less."""
    assert NewCustomer(name="Ada", email=address).email == address


@pytest.mark.parametrize(
    "day", [86400, 86400.0, "86400", "2027-01-01T00:00:00Z", "2027-1-1", "20270101", "2027-02-30", True, None]
)
def test_what_is_no_day(day: object) -> None:
    """What the OpenAPI document calls a date is one, and nothing else."""
    assert not accepts(Day, day)


def test_a_day_as_text_or_as_itself() -> None:
    """As it comes in a body, and as we hand it on."""
    days = [TypeAdapter[date](Day).validate_python(day) for day in ("2027-05-03", date(2027, 5, 3))]

    assert days == [date(2027, 5, 3)] * 2


@pytest.mark.parametrize("amount", [0, -1, 10**12 + 1, 1.5, "100", True])
def test_what_is_no_amount(amount: object) -> None:
    """An amount is a positive whole number of minor units, given as a number."""
    with pytest.raises(ValidationError, match="amount"):
        Money.model_validate({"amount": amount, "currency": "EUR"})


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [
        (129900, "EUR", "1299.00 EUR"),
        (5, "USD", "0.05 USD"),
        (1500, "JPY", "1500 JPY"),
        (1500, "KWD", "1.500 KWD"),
    ],
)
def test_money_is_shown_in_the_major_unit(amount: int, currency: str, shown: str) -> None:
    """How many decimals there are is the currency's affair."""
    assert str(Money(amount=amount, currency=currency)) == shown


def test_times_survive_the_store() -> None:
    """The store keeps whole milliseconds, so that is all there is from the start."""
    assert utc_now().microsecond % 1000 == 0
