"""The kinds of value the domain's models are made of, with their limits.

The limits keep control characters, lone surrogates and unbounded numbers out of the store, the mail headers
and the logs. They are part of the OpenAPI document, since the models are.
"""

import re
from datetime import UTC, date, datetime
from typing import Annotated
from uuid import uuid4

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StrictInt, StringConstraints

_IDENTIFIER = r"^[0-9a-f]{32}$"
# U+0085, U+2028 and U+2029 break lines too, which no mail header may.
_CONTROLS = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
_ONE_LINE = rf"^[^\s{_CONTROLS}]([^{_CONTROLS}]*[^\s{_CONTROLS}])?$"
_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?"
_EMAIL = rf"^{_ATOM}(\.{_ATOM})*@{_LABEL}(\.{_LABEL})+$"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_PHONE = r"^\+?[0-9][0-9 ()./-]{4,30}$"


def _day(value: object) -> object:
    """Let through what the OpenAPI document calls a date, where pydantic takes numbers and moments too."""
    if isinstance(value, date) or (isinstance(value, str) and re.fullmatch(_DAY, value)):
        return value
    raise ValueError("expected a date, as in 2027-05-03")


Identifier = Annotated[str, StringConstraints(pattern=_IDENTIFIER)]
Line = Annotated[str, StringConstraints(pattern=_ONE_LINE, min_length=1, max_length=200)]
Lines = Annotated[str, StringConstraints(pattern=_LINES, max_length=2000)]
EmailAddress = Annotated[str, StringConstraints(pattern=_EMAIL, max_length=254)]
Text = Annotated[str, StringConstraints(pattern=_LINES, min_length=1, max_length=2000)]
PhoneNumber = Annotated[str, StringConstraints(pattern=_PHONE)]
Day = Annotated[date, BeforeValidator(_day)]
Travellers = Annotated[StrictInt, Field(ge=1, le=99)]

# Currencies whose minor unit is not a hundredth (ISO 4217).
_DECIMALS = {"BHD": 3, "CLP": 0, "ISK": 0, "JPY": 0, "KRW": 0, "KWD": 3, "OMR": 3, "TND": 3, "VND": 0}


def new_identifier() -> str:
    """Return a fresh random identifier: 32 lower-case hexadecimal digits."""
    return uuid4().hex


def is_identifier(text: str) -> bool:
    """Return whether the text has an identifier's form."""
    return re.fullmatch(_IDENTIFIER, text) is not None


def utc_now() -> datetime:
    """Return the time in whole milliseconds, which is what the document store keeps."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


class Money(BaseModel):
    """An amount in the currency's minor unit, so that no cent is ever rounded away."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    amount: Annotated[StrictInt, Field(gt=0, le=10**12, description="In the minor unit: cents for EUR.")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$"), Field(description="ISO 4217.")]

    def __str__(self) -> str:
        """Return the amount as people write it, as in `1299.00 EUR`."""
        decimals = _DECIMALS.get(self.currency, 2)
        return f"{self.amount / 10**decimals:.{decimals}f} {self.currency}"
