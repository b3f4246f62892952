"""Every variable that the installed packages read is known here."""

import re
from importlib.metadata import distribution, distributions

from otel_distro.settings import KNOWN

_NAME = re.compile(r"""["'](OTEL_[A-Z0-9_]+|FASTAPI_OTEL_[A-Z_]+)["']""")


def test_every_variable_of_the_installed_packages_is_known() -> None:
    """A variable that nobody checks could stop an application; an upgrade may bring one."""
    names: set[str] = set()
    packages = [one for one in distributions() if one.name.startswith("opentelemetry")]
    for package in (*packages, distribution("fastapi")):
        for file in package.files or ():
            if file.suffix == ".py":
                names |= set(_NAME.findall(package.locate_file(file).read_text()))  # type: ignore[attr-defined]

    assert "OTEL_SPAN_LINK_COUNT_LIMIT" in names
    assert "FASTAPI_OTEL_AUTO_CONFIGURE" in names
    assert names - KNOWN.keys() == set()
