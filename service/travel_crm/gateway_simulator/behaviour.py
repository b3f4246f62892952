"""How the provider behaves: by the token of each charge, and in general as the control says."""

import asyncio
import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

_SECONDS_SLOW = 0.8
_SECONDS_HANGING = 30.0


@dataclass(frozen=True)
class Manner:
    """What becomes of one charge."""

    status: int = 201
    approves: bool = True
    seconds: float = 0.0
    is_nonsense: bool = False

    async def delay(self) -> None:
        """Take as long as it takes."""
        if self.seconds:
            await asyncio.sleep(self.seconds)


class Mode(StrEnum):
    """How charges are dealt with in general."""

    NORMAL = "normal"
    DECLINING = "declining"
    FAILING = "failing"
    SLOW = "slow"
    HANGING = "hanging"


_FAILING = Manner(status=503)
_TOKENS = {
    "tok_declined": Manner(approves=False),
    "tok_slow": Manner(seconds=_SECONDS_SLOW),
    "tok_failing": _FAILING,
    "tok_timeout": Manner(seconds=_SECONDS_HANGING),
    "tok_broken": Manner(status=200, is_nonsense=True),
}
_MODES = {
    Mode.DECLINING: Manner(approves=False),
    Mode.FAILING: _FAILING,
    Mode.SLOW: Manner(seconds=_SECONDS_SLOW),
    Mode.HANGING: Manner(seconds=_SECONDS_HANGING),
}


class Behaviour(BaseModel):
    """What the control says: a mode, and the share of charges that are dealt with in it."""

    mode: Mode = Mode.NORMAL
    share: Annotated[float, Field(ge=0, le=1)] = 1.0

    def become(self, wanted: "Behaviour") -> None:
        """Behave like this from now on."""
        self.mode, self.share = wanted.mode, wanted.share

    def manner_of(self, token: str, *, first: bool) -> Manner:
        """Return what becomes of a charge; `tok_flaky` fails at the first try and then works."""
        if token == "tok_flaky":  # noqa: S105 - a name for a behaviour, no secret
            return _FAILING if first else Manner()
        if token in _TOKENS:
            return _TOKENS[token]
        affected = self.share >= 1 or random.random() < self.share  # noqa: S311 - no secret depends on it
        return _MODES.get(self.mode, Manner()) if affected else Manner()
