"""A program of the system that is missing is installed where that can be done, else the command is said."""

from collections.abc import Callable
from pathlib import Path

import pytest

from stack.build import system_packages
from stack.build.system_packages import SystemPackages
from stack.errors import StackError

Program = Callable[[str, str], None]


@pytest.fixture
def said() -> list[str]:
    """What the person at the terminal is told."""
    return []


@pytest.fixture
def packages(tmp_path: Path, said: list[str]) -> SystemPackages:
    """The packages of this machine, as far as the PATH lets them be seen."""
    return SystemPackages(tmp_path / "logs" / "packages.log", said.append)


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Put a program with a shell script for its text on a PATH that is empty but for these."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(name: str, script: str) -> None:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    return put


@pytest.fixture(autouse=True)
def no_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the machine's own policy file out of it."""
    path = tmp_path / "policy-rc.d"
    monkeypatch.setattr(system_packages, "_POLICY", path)
    return path


def test_program_that_is_there_is_taken(packages: SystemPackages, program: Program, tmp_path: Path) -> None:
    """Nothing is installed."""
    program("redis-server", "")

    assert packages.require_redis_server() == tmp_path / "redis-server"


def test_without_privilege_the_exact_command_is_said(
    packages: SystemPackages, program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person who may not install learns what to type, or to ask for."""
    program("apt-get", "")
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    with pytest.raises(StackError) as raised:
        packages.require_redis_server()

    command = "sudo apt-get install --yes --no-install-recommends redis-server"
    assert str(raised.value) == f"redis-server was not found: run `{command}` and try again"


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        ("dnf", "dnf install --assumeyes gcc-c++"),
        ("apk", "apk add build-base"),
        ("apt-get", "apt-get install --yes --no-install-recommends g++"),
    ],
)
def test_each_system_has_its_own_command(
    packages: SystemPackages, program: Program, monkeypatch: pytest.MonkeyPatch, manager: str, command: str
) -> None:
    """The compiler goes by another name everywhere."""
    program(manager, "")
    monkeypatch.setattr("os.geteuid", lambda: 1000)

    with pytest.raises(StackError, match=r"run `sudo .*`") as raised:
        packages.require_cxx_compiler()

    assert f"`sudo {command}`" in str(raised.value)


def test_unknown_system_is_told_what_is_missing(packages: SystemPackages, program: Program) -> None:
    """Without a package manager there is no command to say."""
    with pytest.raises(StackError, match="redis-server was not found: install it"):
        packages.require_redis_server()


def test_with_privilege_it_is_installed_and_not_started(
    packages: SystemPackages,
    program: Program,
    tmp_path: Path,
    no_policy: Path,
    said: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The package manager runs under a policy that starts no service, which is gone afterwards."""
    installs = f'[ "$1" = install ] && [ -x {no_policy} ] && : > {tmp_path}/redis-server'
    program("apt-get", f'{installs}; [ "$1" = install ] && /bin/chmod 755 {tmp_path}/redis-server; exit 0')
    monkeypatch.setattr("os.geteuid", lambda: 0)

    found = packages.require_redis_server()

    assert found == tmp_path / "redis-server"
    assert said == ["redis-server is missing: installing it with apt-get"]
    assert not no_policy.exists()


def test_failed_installation_names_the_log(
    packages: SystemPackages, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the package manager said is where the line points to."""
    program("apt-get", 'echo "no such package"; exit 100')
    monkeypatch.setattr("os.geteuid", lambda: 0)

    with pytest.raises(StackError) as raised:
        packages.require_redis_server()

    assert str(tmp_path / "logs" / "packages.log") in str(raised.value)
    assert "no such package" in (tmp_path / "logs" / "packages.log").read_text()
