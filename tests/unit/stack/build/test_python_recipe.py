"""An uv that works is found wherever the Makefile finds or puts one."""

from pathlib import Path

import pytest

from stack.build.catalogue import BUGSINK
from stack.build.system_packages import SystemPackages
from stack.errors import StackError


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SystemPackages:
    """A machine with nothing on its PATH and nothing in its cache."""
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.setenv("OTEL_DISTRO_CACHE", str(tmp_path / "cache"))
    return SystemPackages(tmp_path / "log", lambda line: None)


def put_uv(directory: Path, status: int) -> None:
    """Put a program called uv there, which ends with the status."""
    directory.mkdir(parents=True)
    (directory / "uv").write_text(f"#!/bin/sh\nexit {status}\n")
    (directory / "uv").chmod(0o755)


def test_uv_of_the_path_is_taken(packages: SystemPackages, tmp_path: Path) -> None:
    """As the Makefile does."""
    put_uv(tmp_path / "path", 0)

    BUGSINK.require_tools(packages)


def test_shim_that_does_not_work_is_passed_over(packages: SystemPackages, tmp_path: Path) -> None:
    """The one that the Makefile has put into the cache for that reason is taken."""
    put_uv(tmp_path / "path", 127)
    put_uv(tmp_path / "cache" / "uv" / "bin", 0)

    BUGSINK.require_tools(packages)


def test_missing_uv_is_said(packages: SystemPackages) -> None:
    """The line says where it is to be had."""
    with pytest.raises(StackError, match="uv was not found on the PATH: see https"):
        BUGSINK.require_tools(packages)
