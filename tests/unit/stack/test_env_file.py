"""`.env` is read as `docker compose` reads it, and what is wrong in it is said without its value."""

import re
from pathlib import Path

import pytest

from stack.env_file import read_env_file
from stack.errors import SettingsError
from stack.settings import CHECKOUT, Settings

EXAMPLE = CHECKOUT / ".env.example"
COMPOSE = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
SPECIFIED = {
    *("SENTRY_DSN", "SENTRY_ENVIRONMENT", "SENTRY_RELEASE"),
    *("SENTRY_TRACES_SAMPLE_RATE", "SENTRY_PROFILES_SAMPLE_RATE"),
    *("LOG_LEVEL", "LOG_FORMAT", "LOG_DIR"),
    *("PROMETHEUS_PORT", "GRAFANA_PORT"),
    *("SLACK_WEBHOOK_URL", "ADMIN_EMAIL", "ALERT_ERROR_RATE_THRESHOLD", "ALERT_MEMORY_THRESHOLD"),
    *("MONGODB_URI", "REDIS_URL", "SMTP_URL"),
}


def example() -> dict[str, str]:
    """Return the variables of `.env.example` as if each were set."""
    pairs = re.findall(r"^#([A-Z_]+)=(.*)$", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)
    return dict(pairs)


def test_a_file_is_read(tmp_path: Path) -> None:
    """Comments, quotation marks and references mean what they do to a shell."""
    file = tmp_path / ".env"
    file.write_text(
        "# a comment\n\nexport LOG_LEVEL=DEBUG # why not\nMAIL_FROM='Ada <ada@example.com>'\n"
        'BASE=http://h\nURL="${BASE}/x"\nEMPTY=\n'
    )

    assert read_env_file(file) == {
        "LOG_LEVEL": "DEBUG",
        "MAIL_FROM": "Ada <ada@example.com>",
        "BASE": "http://h",
        "URL": "http://h/x",
        "EMPTY": "",
    }


def test_no_file_is_no_variable(tmp_path: Path) -> None:
    """Nobody has to have one."""
    assert read_env_file(tmp_path / ".env") == {}


@pytest.mark.parametrize(
    "line", ["SENTRY_DSN https://s3cr3t@host/1", "SENTRY_DSN='https://s3cr3t@host/1", "=s3cr3t"]
)
def test_a_line_that_says_nothing_is_named_and_not_shown(tmp_path: Path, line: str) -> None:
    """A slip of the pen in a secret stays between the person and the file."""
    file = tmp_path / ".env"
    file.write_text(f"LOG_LEVEL=DEBUG\n\n{line}\n")

    with pytest.raises(SettingsError, match=r"\.env, line 3: expected NAME=value") as raised:
        read_env_file(file)

    assert "s3cr3t" not in str(raised.value)


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    """It is no file that is not there."""
    with pytest.raises(SettingsError, match="cannot be read"):
        read_env_file(tmp_path)


def test_example_has_what_the_specification_names() -> None:
    """And all that `docker compose` reads, but for ports; as it stands it sets nothing."""
    composed = set(re.findall(r"\$\{([A-Z_]+)", COMPOSE)) - {"PWD"}

    assert set(example()) >= SPECIFIED
    assert set(example()) >= {name for name in composed if not name.endswith("_PORT")}
    assert read_env_file(EXAMPLE) == {}


@pytest.mark.parametrize("name", example())
def test_every_variable_of_the_example_is_read(name: str) -> None:
    """By the native stack, which is another one with it, and by `docker compose`."""
    value = str(int(example()[name]) + 1) if name.endswith("_PORT") else example()[name]

    assert Settings.from_environ({name: value}, "full") != Settings.from_environ({}, "full")
    assert f"${{{name}" in COMPOSE
