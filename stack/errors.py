"""What goes wrong in a way that the person at the terminal can mend."""


class StackError(Exception):
    """Say in one line what is wrong and what to do; the command prints it and exits with status 1."""


class SettingsError(StackError):
    """Say which variable cannot be used and what is expected; the command exits with status 2."""
