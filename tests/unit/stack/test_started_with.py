"""A setting that came after the start is found by its name."""

from pathlib import Path

from stack.started_with import changed, remember


def test_what_is_other_than_at_the_start_is_named(tmp_path: Path) -> None:
    """Another value, one that is new and one that is gone; what stayed is left out."""
    remember(tmp_path / "settings", {"API_PORT": "8000", "SENTRY_DSN": "secret", "LOG_LEVEL": "DEBUG"})

    found = changed(tmp_path / "settings", {"API_PORT": "8000", "SENTRY_DSN": "other", "APP_ENV": "test"})

    assert found == ["APP_ENV", "LOG_LEVEL", "SENTRY_DSN"]


def test_no_secret_is_written_down(tmp_path: Path) -> None:
    """It is in the supervisor's configuration already, and need be nowhere else."""
    remember(tmp_path / "settings", {"SENTRY_DSN": "secret"})

    assert "secret" not in (tmp_path / "settings").read_text(encoding="utf-8")
