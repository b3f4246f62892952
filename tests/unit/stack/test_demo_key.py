"""The demo tenant's key: random, one for each stack, kept for its user alone."""

from pathlib import Path

from stack.demo_key import demo_key
from stack.settings import Settings


def settings(directory: Path, key: str = "") -> Settings:
    """Return the settings of a stack in a directory."""
    return Settings(profile="embedded", directory=directory, cache=directory, demo_api_key=key)


def test_each_stack_has_its_own_and_keeps_it(tmp_path: Path) -> None:
    """Nobody can know it from the repository."""
    one = demo_key(settings(tmp_path / "one"))

    assert demo_key(settings(tmp_path / "one")) == one
    assert demo_key(settings(tmp_path / "two")) != one
    assert len(one) > 32


def test_it_is_its_users_alone(tmp_path: Path) -> None:
    """No other user of the machine reads it."""
    demo_key(settings(tmp_path))

    (file,) = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_the_one_that_was_given_is_found_again(tmp_path: Path) -> None:
    """`status` is run in another shell than `up`, without the variable."""
    given = demo_key(settings(tmp_path, "a-key-of-my-own-choice"))

    assert given == "a-key-of-my-own-choice"
    assert demo_key(settings(tmp_path)) == given
    assert given not in repr(settings(tmp_path, given))
