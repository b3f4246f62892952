"""Fuzzes each target for a share of the time, guided by coverage: `python -m tests.fuzz SECONDS`.

Needs atheris, which `make fuzz` installs beside the other packages in an environment of its own.
What was found to reach new code is kept, and the next run begins with it. A failing input is written
to a file, and its path is printed.
https://github.com/google/atheris
"""

import os
import subprocess
import sys
from pathlib import Path


def main(seconds: int, corpus: Path) -> int:
    """Run every target in a process of its own; answer how many failed."""
    import_targets = "from tests.fuzz.targets import TARGETS"
    failed = 0
    for name in _names():
        kept = corpus / name
        kept.mkdir(parents=True, exist_ok=True)
        program = (
            "import atheris, sys\n"
            f"with atheris.instrument_imports(include=['otel_distro']):\n    {import_targets}\n"
            f"atheris.Setup(sys.argv, TARGETS[{name!r}])\natheris.Fuzz()\n"
        )
        options = [f"-max_total_time={seconds}", "-max_len=2048", "-verbosity=0", "-print_final_stats=1"]
        command = [sys.executable, "-c", program, *options, f"-artifact_prefix={kept}/failed-", str(kept)]
        print(f"{name}: {seconds} s", flush=True)  # noqa: T201 - a command's answer
        failed += subprocess.run(command, env={**os.environ, "PYTHONPATH": "."}, check=False).returncode != 0
    return failed


def _names() -> list[str]:
    from tests.fuzz.targets import TARGETS

    return list(TARGETS)


if __name__ == "__main__":
    given = sys.argv[1]
    if not (given.isascii() and given.isdecimal()):
        sys.exit(f"SECONDS={given!r} is no number of seconds: give one such as 60")
    share = max(int(given) // len(_names()), 1)
    sys.exit(main(share, Path(sys.argv[2])))
