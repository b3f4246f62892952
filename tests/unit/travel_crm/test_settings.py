"""Every variable: its default, what it takes, and one clear line for what it does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from travel_crm.domain.service_levels import Priority
from travel_crm.settings import Settings, SettingsError

SECRET = "hunter2"


def test_defaults_suit_the_native_stack() -> None:
    """With nothing set, everything is on loopback; an empty variable counts as unset."""
    settings = Settings.from_environ({"MONGODB_URI": "", "LOG_LEVEL": ""})

    assert settings == Settings.from_environ({})
    assert settings.mongodb_uri == "mongodb://127.0.0.1:27017/travel_crm"
    assert settings.redis_url == "redis://127.0.0.1:6379/0"
    assert (settings.smtp.host, settings.smtp.port, settings.smtp.tls) == ("127.0.0.1", 1025, False)
    assert (settings.log_format, settings.log_level) == ("text", "INFO")
    assert (settings.environment, settings.demo_api_key) == ("production", None)


@pytest.mark.parametrize(
    ("url", "host", "port", "tls", "username", "password"),
    [
        ("smtp://mail.example.com", "mail.example.com", 25, False, None, None),
        ("smtps://mail.example.com", "mail.example.com", 465, True, None, None),
        ("smtp://a%40b:p%3Aw@mail.example.com:587/", "mail.example.com", 587, False, "a@b", "p:w"),
        ("smtp://[::1]:1025", "::1", 1025, False, None, None),
    ],
)
def test_smtp_addresses(
    url: str, host: str, port: int, tls: bool, username: str | None, password: str | None
) -> None:
    """The scheme chooses TLS and the port; credentials may be percent-encoded."""
    smtp = Settings.from_environ({"SMTP_URL": url}).smtp

    assert (smtp.host, smtp.port, smtp.tls) == (host, port, tls)
    assert (smtp.username, smtp.password) == (username, password)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONGODB_URI", "mongodb://a:1,b:2/crm?replicaSet=rs"),
        ("MONGODB_URI", "mongodb+srv://cluster.example.com/crm"),
        ("REDIS_URL", "rediss://user:pass@cache.example.com:6380/3"),
        (
            "MONGODB_URI",
            "mongodb://user:pass@a/crm?authSource=admin&authMechanism=SCRAM-SHA-256&maxPoolSize=5",
        ),
        ("REDIS_URL", "redis://cache.example.com"),
        ("REDIS_URL", "redis://cache.example.com/0?max_connections=20&health_check_interval=10"),
        ("MAIL_FROM", "bookings@example.com"),
        ("LOG_FORMAT", "JSON"),
        ("LOG_LEVEL", "debug"),
    ],
)
def test_what_is_taken(name: str, value: str) -> None:
    """Common forms of each variable are fine."""
    Settings.from_environ({name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MONGODB_URI", f"postgres://user:{SECRET}@host/crm"),
        ("MONGODB_URI", f"mongodb://user:{SECRET}@host:port/crm"),
        ("MONGODB_URI", f"mongodb://user:{SECRET}/@host/crm"),
        ("MONGODB_URI", "mongodb+srv://"),
        ("MONGODB_URI", f"mongodb+srv://user:{SECRET}@host.example.com/crm?maxPoolSize=abc"),
        ("MONGODB_URI", f"mongodb://user:{SECRET}@host/crm?tls=true&tlsCAFile=/nope"),
        ("MONGODB_URI", f"mongodb://user:{SECRET}@host/crm?authMechanism=FOO"),
        ("MONGODB_URI", f"mongodb://user:{SECRET}@host/crm?maxPoolSize=abc"),
        ("MONGODB_URI", f"mongodb://user:{SECRET}@host/crm?foo=bar"),
        ("REDIS_URL", f"http://:{SECRET}@host"),
        ("REDIS_URL", f"redis://:{SECRET}@host/0?socket_timeout=60"),
        ("REDIS_URL", f"redis://:{SECRET}@host/0?retry=3"),
        ("REDIS_URL", f"redis://:{SECRET}@host/0?max_connections=abc"),
        ("REDIS_URL", f"redis://:{SECRET}@host/0?foo=bar"),
        ("REDIS_URL", f"redis://:{SECRET}@host/0?protocol=9"),
        ("REDIS_URL", f"rediss://:{SECRET}@host/0?ssl_ca_certs=/nope"),
        ("REDIS_URL", f"redis://:{SECRET}@host:99999/0"),
        ("REDIS_URL", f"redis://:{SECRET}@host/zero"),
        ("REDIS_URL", f"redis://:{SECRET}@/0"),
        ("SMTP_URL", f"mailto:{SECRET}@host"),
        ("SMTP_URL", f"smtp://user:{SECRET}@host:0"),
        ("SMTP_URL", f"smtp://user:{SECRET}@host:25x"),
        ("SMTP_URL", f"smtp://user:{SECRET}@host/path"),
        ("SMTP_URL", "smtp://user@host"),
        ("SMTP_URL", f"smtp://user:{SECRET}@[::1"),
    ],
)
def test_an_address_that_cannot_be_used(name: str, value: str) -> None:
    """The variable is named, its value is not shown: it may hold a password."""
    with pytest.raises(SettingsError, match=f"^{name} is not usable: expected ") as raised:
        Settings.from_environ({name: value})

    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LOG_FORMAT", "xml"),
        ("LOG_LEVEL", "LOUD"),
        ("MAIL_FROM", "nobody"),
        ("MAIL_FROM", "a@b\n"),
        ("MAIL_FROM", "a@b c"),
        ("MAIL_FROM", "a@b, c@d"),
        ("ADMIN_EMAIL", "Ada <a@b> or so"),
    ],
)
def test_a_choice_that_is_none(name: str, value: str) -> None:
    """The message says what can be chosen from."""
    with pytest.raises(SettingsError, match=f"^{name}.* is not usable: expected"):
        Settings.from_environ({name: value})


def test_settings_show_no_secret() -> None:
    """Whoever logs the settings logs no password."""
    settings = Settings.from_environ(
        {
            "MONGODB_URI": f"mongodb://user:{SECRET}@host/crm",
            "REDIS_URL": f"redis://:{SECRET}@host",
            "SMTP_URL": f"smtp://user:{SECRET}@host",
        }
    )

    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    "command", [["-m", "travel_crm.worker"], ["-m", "uvicorn", "travel_crm.api.app:app"]]
)
def test_a_bad_variable_ends_the_process(command: list[str]) -> None:
    """One line on stderr, exit status 2, no traceback."""
    ended = subprocess.run(
        [sys.executable, *command],
        env={"REDIS_URL": f"redis://:{SECRET}@host:port"},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert ended.returncode == 2
    assert ended.stderr.startswith("travel-crm: REDIS_URL is not usable: expected redis://")
    assert ended.stderr.count("\n") == 1
    assert SECRET not in ended.stdout + ended.stderr


def test_log_directory_is_made(tmp_path: Path) -> None:
    """Unset there are no files; a directory that is missing is made."""
    directory = tmp_path / "a" / "b"

    assert Settings.from_environ({"LOG_DIR": ""}).log_dir is None
    assert Settings.from_environ({"LOG_DIR": str(directory)}).log_dir == directory
    assert directory.is_dir()


def test_log_directory_that_is_none_is_said(tmp_path: Path) -> None:
    """The line names the variable and the value."""
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match=r"LOG_DIR='.*/file' is not usable: expected a directory"):
        Settings.from_environ({"LOG_DIR": str(tmp_path / "file")})


@pytest.mark.parametrize("name", ["combined.log", "error.log"])
def test_a_log_file_that_cannot_be_opened_is_said(tmp_path: Path, name: str) -> None:
    """Before anything is logged to it."""
    (tmp_path / name).mkdir()

    with pytest.raises(SettingsError, match=r"LOG_DIR='.*' is not usable: expected a directory"):
        Settings.from_environ({"LOG_DIR": str(tmp_path)})


def test_log_directory_at_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tilde is the home of whoever starts the service, as in a shell; of nobody it is none."""
    monkeypatch.setenv("HOME", str(tmp_path))

    assert Settings.from_environ({"LOG_DIR": "~/logs"}).log_dir == tmp_path / "logs"
    with pytest.raises(SettingsError, match="LOG_DIR='~nobody-has-this-name/logs' is not usable"):
        Settings.from_environ({"LOG_DIR": "~nobody-has-this-name/logs"})


def test_the_demo_tenant_has_no_key_by_default() -> None:
    """There is one where it is wanted and a key is given; the key is in no representation."""
    settings = Settings.from_environ({"SEED_DEMO": "true", "DEMO_API_KEY": f"{SECRET}-and-long-enough"})

    assert settings.demo_api_key == f"{SECRET}-and-long-enough"
    assert SECRET not in repr(settings)
    assert Settings.from_environ({"DEMO_API_KEY": f"{SECRET}-and-long-enough"}).demo_api_key is None


@pytest.mark.parametrize("key", ["", SECRET, f"{SECRET}-äöü-and-long-enough"])
def test_a_demo_key_that_cannot_be_used(key: str) -> None:
    """The variable is named and the key not shown."""
    with pytest.raises(SettingsError, match=r"^DEMO_API_KEY is not usable") as raised:
        Settings.from_environ({"SEED_DEMO": "true", "DEMO_API_KEY": key})

    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    "value",
    [
        "low=1",
        "low=1,low=2,normal=1,high=1,urgent=1",
        "low=1,normal=1,high=1,urgent=soon",
        "low=1,normal=1,high=1,urgent=0",
        "nonsense",
    ],
)
def test_service_levels_that_are_none(value: str) -> None:
    """All four priorities, in whole seconds."""
    with pytest.raises(SettingsError, match=r"^SLA_FIRST_ANSWER_SECONDS=.*whole seconds"):
        Settings.from_environ({"SLA_FIRST_ANSWER_SECONDS": value})


def test_service_levels_by_priority() -> None:
    """In the order that suits whoever writes them."""
    levels = Settings.from_environ({"SLA_FIRST_ANSWER_SECONDS": "urgent=5, high=10, normal=60,low=120"})

    within = levels.service_levels.first_answer_within
    assert [within[one].total_seconds() for one in Priority] == [120, 60, 10, 5]


@pytest.mark.parametrize("name", ["ENVIRONMENT", "APP_ENV"])
def test_where_it_runs(name: str) -> None:
    """Either name will do; another word than the known ones is refused."""
    assert Settings.from_environ({name: "Development"}).environment == "development"
    with pytest.raises(SettingsError, match=f"^{name}='prod' is not usable"):
        Settings.from_environ({name: "prod"})
