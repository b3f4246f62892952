"""The command `otel-distro`: what an operator asks of this distribution in a shell."""

import argparse
import sys
from collections.abc import Sequence

from otel_distro import settings
from otel_distro.delivery.directory import roots
from otel_distro.delivery.status import read_statuses, render
from otel_distro.run import run
from otel_distro.settings_table import settings_table
from otel_distro.version import VERSION


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command.

    Args:
        arguments: the words after `otel-distro`; those of the process by default.

    Returns:
        The exit status: 0, or 1 where a variable's value cannot be used.
    """
    words = sys.argv[1:] if arguments is None else list(arguments)
    if words[:1] == ["run"]:
        # Before anything else is imported: the program must not start later for it.
        return run(words[1:])
    parser = _create_parser()
    parsed = parser.parse_args(words)
    return parsed.run(parsed)


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="otel-distro", description="OpenTelemetry for FastAPI services.")
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("run", help="run a program with each Python process in it instrumented")
    command = commands.add_parser(
        "settings", help="print every variable, its value in force, its default, and why"
    )
    command.add_argument(
        "--all", action="store_true", help="also those that only the SDK and instrumentations read"
    )
    command.set_defaults(run=_print_settings)
    command = commands.add_parser(
        "status",
        help="print what became of the telemetry of each process, of OTEL_SERVICE_NAME or of all services",
    )
    command.set_defaults(run=_print_status)
    command = commands.add_parser("doctor", help="say why there is no data: one line a check, and what to do")
    command.set_defaults(run=_print_findings)
    return parser


def _print_status(_parsed: argparse.Namespace) -> int:
    in_force = settings.in_force()
    named, given = in_force.service_name, in_force.delivery.spool_dir
    directories = [given] if given else roots(None)
    statuses = [status for directory in directories for status in read_statuses(directory)]
    sys.stdout.write(render(status for status in statuses if named in (None, status.service)) + "\n")
    return 0


def _print_findings(_parsed: argparse.Namespace) -> int:
    from otel_distro.doctor.examination import examine
    from otel_distro.doctor.finding import render as render_findings

    findings = list(examine(settings.in_force()))
    sys.stdout.write(render_findings(findings) + "\n")
    return 0 if all(finding.well for finding in findings) else 1


def _print_settings(parsed: argparse.Namespace) -> int:
    in_force = settings.in_force()
    sys.stdout.write(settings_table(in_force, settings.names_set(), everything=parsed.all) + "\n")
    for problem in in_force.problems:
        sys.stderr.write(f"{problem}\n")
    return 1 if in_force.problems else 0
