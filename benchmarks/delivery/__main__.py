"""Measures delivery beside upstream's exporters, interleaved, and prints tables: `make bench-delivery`.

No row is the best of several: with repeats, each figure is the median, and the range stands beside it.
"""

import argparse
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from statistics import median

from rich.console import Console
from rich.table import Table

from benchmarks.delivery.collectors import FAULTS, REFUSED
from benchmarks.delivery.environments import Side, sides, starting_sides
from benchmarks.delivery.exits import exit_seconds
from benchmarks.delivery.latencies import RATE, Load, load
from benchmarks.delivery.outages import Loss, outage
from benchmarks.delivery.starts import PROGRAMS, starts

_PERCENTILES = {"p50": 0.50, "p99": 0.99, "p99.9": 0.999}
_STARTS = 10
console = Console(width=110, highlight=False)


def main() -> None:
    """Measure what was asked for."""
    arguments = _arguments()
    bare, ours, upstream = sides(arguments.cache)
    console.print(_machine(arguments.repeats))
    if "starts" in arguments.parts:
        for program in PROGRAMS:
            _starts(starting_sides(arguments.cache), program, arguments.repeats * _STARTS)
    if "exits" in arguments.parts:
        _exits(ours, upstream, arguments.repeats)
    if "outage" in arguments.parts:
        _outage(ours, upstream, arguments.outage)
    if "latency" in arguments.parts:
        _latencies((bare, ours, upstream), arguments.repeats, arguments.seconds)


def _starts(compared: Sequence[Side], program: str, rounds: int) -> None:
    title = f"Seconds of a program that {program}, {rounds} rounds"
    columns = ("to its first line", "/ bare", "/ upstream", "in all", "processor")
    table = Table("", *columns, title=title)
    runs = starts(compared, program, rounds)
    first_lines = {name: [run.first_line for run in runs[name]] for name in runs}
    for name, found in runs.items():
        ratios = [_ratio(first_lines[name], first_lines[other], 2) for other in ("bare", "upstream")]
        rest = [_median([run.whole for run in found]), _median([run.processor for run in found])]
        table.add_row(name, _range(first_lines[name], 2), *ratios, *rest)
    console.print(table)


def _exits(ours: Side, upstream: Side, repeats: int) -> None:
    table = Table(
        "Collector", "ours", "upstream", "upstream / ours", title="Seconds to exit, three signals, 100 spans"
    )
    for fault in FAULTS:
        found: dict[str, list[float]] = {"ours": [], "upstream": []}
        for _ in range(repeats):
            for side in (ours, upstream):
                found[side.name].append(exit_seconds(side, fault, 100))
        table.add_row(fault, *map(_range, found.values()), _ratio(found["upstream"], found["ours"]))
    console.print(table)


def _outage(ours: Side, upstream: Side, seconds: float) -> None:
    title = f"An outage of {seconds:.0f} s at 1,000 spans a second"
    table = Table("", "recorded", "lost", "lost %", "twice", title=title)
    for side in (ours, upstream):
        loss: Loss = outage(side, seconds)
        share = f"{100 * loss.lost / loss.recorded:.1f}"
        table.add_row(side.name, f"{loss.recorded:,}", f"{loss.lost:,}", share, f"{loss.repeated:,}")
    console.print(table)


def _latencies(compared: Sequence[Side], repeats: int, seconds: float) -> None:
    title = f"FastAPI at {RATE} requests a second, five spans each; milliseconds from the time due"
    table = Table("", *_PERCENTILES, "p99 / bare", "processor", title=title)
    bare, *recording = compared
    cells = [(bare, "healthy"), *((side, fault) for fault in ("healthy", REFUSED) for side in recording)]
    found: dict[tuple[str, str], list[Load]] = {(side.name, fault): [] for side, fault in cells}
    for _ in range(repeats):
        for side, fault in cells:
            found[side.name, fault].append(load(side, fault, seconds))
    compared_with = _quantiles(found[bare.name, "healthy"], 0.99)
    for (name, fault), runs in found.items():
        label = name if name == bare.name else f"{name}, {'dead' if fault == REFUSED else fault} Collector"
        shown = [_range(_quantiles(runs, share)) for share in _PERCENTILES.values()]
        ratio = _ratio(_quantiles(runs, 0.99), compared_with)
        table.add_row(label, *shown, ratio, _range([run.processor for run in runs]))
    console.print(table)


def _quantiles(runs: Sequence[Load], share: float) -> list[float]:
    every = [run.latencies for run in runs]
    return [sorted_[min(int(len(sorted_) * share), len(sorted_) - 1)] for sorted_ in every]


def _median(figures: Sequence[float]) -> str:
    return f"{median(figures):.2f}"


def _range(figures: Sequence[float], digits: int = 1) -> str:
    middle, least, most = (f"{one:.{digits}f}" for one in (median(figures), min(figures), max(figures)))
    return middle if len(figures) == 1 else f"{middle} ({least} to {most})"


def _ratio(above: Sequence[float], below: Sequence[float], digits: int = 1) -> str:
    return f"{median(above) / median(below):.{digits}f}" if median(below) else "-"


def _machine(repeats: int) -> str:
    load = os.getloadavg()[0]
    machine = f"{platform.platform()}, {os.cpu_count()} cores, load {load:.1f} at the start"
    return f"{machine}, Python {platform.python_version()}, repeats {repeats}"


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where upstream's environment is kept")
    parser.add_argument(
        "--repeats", type=int, default=1, help="of each exit time and latency, and of ten starts"
    )
    parser.add_argument("--outage", type=float, default=10, help="seconds that the Collector is away")
    parser.add_argument("--seconds", type=float, default=20, help="of load in each latency run")
    parts = ("starts", "exits", "outage", "latency")
    parser.add_argument("--parts", nargs="+", choices=parts, default=parts, help="what to measure")
    return parser.parse_args()


if __name__ == "__main__":
    main()
