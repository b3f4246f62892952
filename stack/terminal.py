"""What the person at the terminal sees while something takes its time.

On a terminal a step is a line that moves; in a file or a pipe it is a line when it starts and one when it
is done.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from rich.console import Console, RenderableType
from rich.live import Live
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text

_WIDE = 200


class Terminal:
    """Writes lines and steps to one stream, standard output unless another console is given."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(highlight=False)
        if not self._console.is_terminal:
            self._console.width = _WIDE

    def line(self, text: str = "", style: str = "") -> None:
        """Write a line, as long as it is: what is copied from a terminal must not be broken."""
        self._console.print(Text(text, style=style), soft_wrap=True)

    def show(self, drawing: RenderableType) -> None:
        """Write a table or a tree; it is fitted to a terminal, and to nothing where there is none."""
        self._console.print(drawing)

    @property
    def is_live(self) -> bool:
        """Tell whether somebody watches: a terminal, and no file or pipe."""
        return self._console.is_terminal

    @contextmanager
    def screen(self) -> Iterator[Callable[[RenderableType], None]]:
        """Lend the whole terminal, drawn anew by each call of what is yielded; a pipe gets them all."""
        if not self.is_live:
            yield self._console.print
            return
        with Live(console=self._console, screen=True, auto_refresh=False) as live:
            yield partial(live.update, refresh=True)

    @contextmanager
    def step(self, doing: str, done: str = "", usually: int = 0) -> Iterator[None]:
        """Show what is being done and how many seconds it usually takes, then what `done` says."""
        started = time.monotonic()
        hint = f", usually {duration(usually)}" if usually else ""
        if self.is_live:
            with self._progress() as progress:
                progress.add_task(f"{doing}{hint}", total=None)
                yield
        else:
            self.line(f"{doing}{hint}")
            yield
        if done:
            self.line(f"{done} in {duration(time.monotonic() - started)}")

    def _progress(self) -> Progress:
        columns = (SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn())
        return Progress(*columns, console=self._console, transient=True)


def duration(seconds: float) -> str:
    """Return the time as people say it: `0.4 s`, `12 s`, `3 min 20 s`."""
    if seconds < 10:
        return f"{seconds:.1f} s" if seconds % 1 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if not minutes:
        return f"{rest} s"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"


def clock(seconds: float) -> str:
    """Return a time in seconds since 1970 as this machine's clock shows it, to the millisecond."""
    return time.strftime("%H:%M:%S", time.localtime(seconds)) + f"{seconds % 1:.3f}"[1:]
