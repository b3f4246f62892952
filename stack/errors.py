"""What goes wrong in a way that the person at the terminal can mend."""

from collections.abc import Sequence


class StackError(Exception):
    """Say in one line what is wrong and what to do; the command prints it and exits with status 1.

    `details`, such as the end of a log, are printed below it.
    """

    def __init__(self, message: str, details: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.details = tuple(details)
        if details:
            self.add_note("\n".join(details))


class SettingsError(StackError):
    """Say which variable cannot be used and what is expected; the command exits with status 2."""
