"""Runs the user's own `sitecustomize`, which upstream's launcher hides.

`opentelemetry-instrument` puts a directory with a module of that name first on the path, so
Python finds that one and no other. Called by `distro.py` before the settings are read, as the
user's module may set variables.
https://docs.python.org/3/library/site.html#module-sitecustomize
"""

import sys
from importlib.machinery import PathFinder
from importlib.util import module_from_spec
from pathlib import Path

from opentelemetry.instrumentation import auto_instrumentation


def run_hidden_sitecustomize() -> None:
    """Run the `sitecustomize` behind the launcher's, if there is one; nothing elsewhere.

    An exception of it is said as Python says it, and goes no further.
    """
    launcher = Path(auto_instrumentation.__file__).parent
    if not _is_in(sys.modules.get("sitecustomize"), launcher):
        return
    path = [entry for entry in sys.path if Path(entry or ".").absolute() != launcher]
    spec = PathFinder.find_spec("sitecustomize", path)
    if spec is None or spec.loader is None:
        return
    module = sys.modules["sitecustomize"] = module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - Python itself goes on after any
        _say_as_python_does(error)


def _is_in(module: object, directory: Path) -> bool:
    file = getattr(module, "__file__", None)
    return file is not None and Path(file).absolute().parent == directory


def _say_as_python_does(error: Exception) -> None:
    if sys.flags.verbose:
        sys.excepthook(type(error), error, error.__traceback__)
    elif sys.stderr is not None:
        sys.stderr.write(
            f"Error in sitecustomize; set PYTHONVERBOSE for traceback:\n{type(error).__name__}: {error}\n"
        )
