"""A share between none and all, as Sentry's variables give it."""

from collections.abc import Mapping


def usable_rate(environ: Mapping[str, str], variable: str) -> tuple[str | None, str]:
    """Return the variable's rate as a plain decimal, None where it is unset, and what is wrong with it.

    A value that is no number from 0 to 1 becomes 0: nothing is sent that nobody asked for.
    """
    given = environ.get(variable, "").strip()
    if not given:
        return None, ""
    try:
        rate = float(given)
    except ValueError:
        rate = -1.0
    if 0 <= rate <= 1:
        return f"{rate:f}", ""
    return "0", f"{variable}={given!r} is no number from 0 to 1; using 0"
