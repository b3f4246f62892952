"""The command line of the stack.

python -m stack demo|up|down|status|stop NAME|start NAME|top|trace ID|traffic|build|wipe
"""

import argparse
import sys
from collections.abc import Callable

from stack.commands.build import build
from stack.commands.component import start, stop
from stack.commands.demo import demo
from stack.commands.down import down, wipe
from stack.commands.signals import Interrupted, raise_on_signals
from stack.commands.status import status
from stack.commands.top import top
from stack.commands.trace import trace
from stack.commands.traffic import traffic
from stack.commands.up import up
from stack.errors import SettingsError, StackError
from stack.terminal import Terminal

_COMMANDS: dict[str, tuple[Callable[..., int], str]] = {
    "demo": (demo, "the small stack with the viewer, in the foreground until Ctrl-C"),
    "up": (up, "the full stack, left running"),
    "down": (down, "stop whatever runs; data is kept"),
    "status": (status, "what runs"),
    "stop": (stop, "stop one component of what runs, as a fault"),
    "start": (start, "start a component that was stopped"),
    "top": (top, "rates, errors and durations, drawn anew until Ctrl-C"),
    "trace": (trace, "one trace as a tree, with its log records"),
    "traffic": (traffic, "play an agency's days against what runs: SECONDS=60 RATE=20 FAILURES=0.01"),
    "build": (build, "build what is missing, start nothing"),
    "wipe": (wipe, "stop whatever runs and delete its data"),
}
# What stops again all that it has started.
_STARTING = ("demo", "up")


def main() -> int:
    """Run the command and return its exit status: 1 for a failure, 2 for a setting, 128 + n for a signal."""
    raise_on_signals()
    words = vars(_parse())
    name = words.pop("command")
    command = _COMMANDS[name][0]
    try:
        return command(Terminal(), **words)
    except StackError as error:
        sys.stderr.write("".join(f"stack: {line}\n" for line in str(error).splitlines()))
        sys.stderr.write("".join(f"    {line}\n" for line in error.details))
        return 2 if isinstance(error, SettingsError) else 1
    except OSError as error:
        sys.stderr.write(f"stack: {error}\n")
        return 1
    except Interrupted as interrupted:
        left = "; nothing that was started runs on" if name in _STARTING else ""
        sys.stderr.write(f"stack: interrupted{left}\n")
        return interrupted.status


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m stack", description="The native stack.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    parsers = {name: commands.add_parser(name, help=text) for name, (_, text) in _COMMANDS.items()}
    parsers["trace"].add_argument("identifier", metavar="ID", help="32 hexadecimal digits")
    for name in ("stop", "start"):
        parsers[name].add_argument("name", metavar="NAME", help="a component, as `status` has it")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
