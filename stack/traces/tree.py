"""Draws a trace as a tree in the terminal, each span with its log records below it, in the order of time."""

from collections import defaultdict
from collections.abc import Sequence

from rich.text import Text
from rich.tree import Tree

from stack.terminal import clock, duration
from stack.traces.trace import Record, Span, roots

_NANOSECONDS = 1_000_000_000
_LOUD = ("WARN", "ERROR", "FATAL", "CRITICAL")
# What tells one span from the next of the same name.
_TELLING = (
    "http.response.status_code",
    "db.collection.name",
    "messaging.destination.name",
    "server.address",
    "error.type",
)


def draw(trace_id: str, spans: Sequence[Span], records: Sequence[Record]) -> Tree:
    """Return the tree of the trace; records of spans that are not among these stand at its end."""
    children, below = defaultdict[str, list[Span]](list), defaultdict[str, list[Record]](list)
    tops, known = roots(spans), {span.id for span in spans}
    for span in sorted(spans, key=lambda span: span.start):
        children[span.parent].append(span)
    for record in records:
        below[record.span if record.span in known else ""].append(record)
    tree = Tree(_headline(trace_id, spans), guide_style="dim")
    for top in tops:
        _grow(tree, top, tops[0].start, children, below)
    for record in below[""]:
        tree.add(_record_line(record))
    return tree


def _grow(
    tree: Tree,
    span: Span,
    began: int,
    children: dict[str, list[Span]],
    below: dict[str, list[Record]],
) -> None:
    """Hang a span below the tree with all that lies below it, however deep that is."""
    waiting: list[tuple[Tree, Span | Record]] = [(tree, span)]
    while waiting:
        branch, item = waiting.pop()
        if isinstance(item, Record):
            branch.add(_record_line(item))
            continue
        twig = branch.add(_span_line(item, began))
        inner: list[Span | Record] = [*children.get(item.id, ()), *below.get(item.id, ())]
        inner.sort(key=lambda one: one.time if isinstance(one, Record) else one.start, reverse=True)
        waiting += [(twig, one) for one in inner]


def _headline(trace_id: str, spans: Sequence[Span]) -> Text:
    took = max(span.end for span in spans) - min(span.start for span in spans)
    services = len({span.service for span in spans})
    return Text(
        f"trace {trace_id}: {len(spans)} spans of {services} service{'s' * (services != 1)}, {_took(took)}",
        style="bold",
    )


def _span_line(span: Span, began: int) -> Text:
    line = Text.assemble(
        (span.name, "bold red" if span.failed else "bold"),
        (f"  {span.kind}", "cyan"),
        (f"  {span.service}", "blue"),
        f"  at +{_took(span.start - began)}, took {_took(span.end - span.start)}",
    )
    for key in _TELLING:
        if key in span.attributes:
            line.append(f"  {key}={span.attributes[key]}", style="dim")
    return line


def _record_line(record: Record) -> Text:
    level = record.level or "-"
    style = "yellow" if level.upper().startswith(_LOUD) else "green"
    return Text.assemble(
        (f"{clock(record.time / _NANOSECONDS)} ", "dim"), (f"{level} ", style), record.text.rstrip()
    )


def _took(nanoseconds: int) -> str:
    milliseconds = nanoseconds / 1_000_000
    return f"{milliseconds:.1f} ms" if milliseconds < 1000 else duration(milliseconds / 1000)
