"""Brings a whole profile up: all that the service needs first, then the service."""

import json
from dataclasses import dataclass, field

from stack.build.binaries import Binaries
from stack.components.component import Component
from stack.components.profiles import application, infrastructure
from stack.components.stores import data_directory
from stack.running import Stack
from stack.settings import Settings


@dataclass(frozen=True)
class BugsinkAccess:
    """How Bugsink is reached: by sentry-sdk (`dsn`), by its API (`token`, `project`), and by a person."""

    dsn: str
    project: int
    email: str
    password: str = field(repr=False)
    token: str = field(repr=False)


def planned(settings: Settings, binaries: Binaries) -> list[Component]:
    """Return every component of the profile; programs that are missing are built."""
    return [*infrastructure(settings, binaries), *application(settings, "")]


def bring_up_profile(stack: Stack, binaries: Binaries) -> None:
    """Start the profile and return when all of it is ready; raise `StackError` for the first that is not."""
    stack.add(infrastructure(stack.settings, binaries))
    access = bugsink_access(stack.settings)
    stack.add(application(stack.settings, access.dsn if access else ""))


def bugsink_access(settings: Settings) -> BugsinkAccess | None:
    """Return what Bugsink wrote down at its start, None in a profile without it."""
    if settings.profile == "embedded":
        return None
    path = data_directory(settings, "bugsink") / "access.json"
    return BugsinkAccess(**json.loads(path.read_text(encoding="utf-8")))
