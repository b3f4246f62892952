"""How receivers and intervals come to Alertmanager, which expands no variables itself."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from stack.build.binaries import Binaries
from stack.settings import CHECKOUT

_START = CHECKOUT / "backends" / "alertmanager" / "start.sh"

# Stands where Alertmanager would, and says what it was started with.
_STAND_IN = '#!/bin/sh\nprintf "%s\\n" "$$" "$@"\nenv\n'
_ALL = {
    "SLACK_WEBHOOK_URL": "https://hooks.slack.example/services/T/B/slack-secret",
    "ADMIN_EMAIL": "admin@travel-crm.example",
    "SMTP_URL": "smtp://alerts%40example.com:mail%3Asecret@smtp.example",
    "PAGERDUTY_ROUTING_KEY": "pagerduty-secret",
}
_SECRETS = ("slack-secret", "mail%3Asecret", "mail:secret", "pagerduty-secret")


@dataclass(frozen=True)
class Started:
    """What came of a start."""

    directory: Path
    stdout: str
    stderr: str

    @property
    def file(self) -> Path:
        """Return the configuration that Alertmanager reads."""
        return self.directory / "config" / "alertmanager.yml"

    def receiver(self, name: str) -> dict[str, Any]:
        """Return the one way of a receiver, empty where it tells nobody."""
        receivers = yaml.safe_load(self.file.read_text(encoding="utf-8"))["receivers"]
        (found,) = [receiver for receiver in receivers if receiver["name"] == name]
        (way,) = found.get(f"{name}_configs", [{}])
        return way

    def route(self) -> dict[str, Any]:
        """Return the root of the routes."""
        return yaml.safe_load(self.file.read_text(encoding="utf-8"))["route"]


def _start(tmp_path: Path, **environ: str) -> Started:
    binary = tmp_path / "alertmanager"
    binary.write_text(_STAND_IN, encoding="utf-8")
    binary.chmod(0o755)
    data = tmp_path / "data"
    done = subprocess.run(
        ["sh", _START, binary],
        env={"PATH": os.environ["PATH"], "ALERTMANAGER_DATA_DIR": str(data), **environ},
        capture_output=True,
        text=True,
        timeout=10,
        check=True,
    )
    return Started(data, done.stdout, done.stderr)


def _accepted(binaries: Binaries, file: Path) -> None:
    done = subprocess.run(
        [binaries("amtool"), "check-config", file], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_without_a_variable_nobody_is_told(tmp_path: Path, binaries: Binaries) -> None:
    """Each way that is missing is said with its variable; the alerts are on the page."""
    started = _start(tmp_path)

    _accepted(binaries, started.file)
    assert started.stderr.splitlines() == [
        "SLACK_WEBHOOK_URL is not set: nobody is told by Slack",
        "ADMIN_EMAIL is not set: nobody is told by e-mail",
        "PAGERDUTY_ROUTING_KEY is not set: nobody is told by PagerDuty",
    ]
    assert [started.receiver(name) for name in ("slack", "email", "pagerduty")] == [{}, {}, {}]


def test_with_all_of_them_each_is_told_of_the_end_too(tmp_path: Path, binaries: Binaries) -> None:
    """The all-clear goes wherever the alert went."""
    started = _start(tmp_path, **_ALL)

    _accepted(binaries, started.file)
    assert started.stderr == ""
    assert all(started.receiver(name)["send_resolved"] for name in ("slack", "email", "pagerduty"))
    assert started.receiver("pagerduty")["url"] == "https://events.pagerduty.com/v2/enqueue"


def test_secrets_are_in_files_for_its_own_eyes_and_nowhere_else(tmp_path: Path) -> None:
    """Neither configuration nor arguments nor environment nor standard error hold one."""
    started = _start(tmp_path, **_ALL)

    everything = started.stdout + started.stderr + started.file.read_text(encoding="utf-8")
    assert not any(secret in everything for secret in _SECRETS)
    files = {file.name: file for file in (started.directory / "config" / "secrets").iterdir()}
    assert {name: file.read_text(encoding="utf-8") for name, file in files.items()} == {
        "slack_webhook_url": _ALL["SLACK_WEBHOOK_URL"],
        "smtp_password": "mail:secret",
        "pagerduty_routing_key": "pagerduty-secret",
    }
    assert {file.stat().st_mode & 0o777 for file in files.values()} == {0o600}
    assert started.receiver("slack")["api_url_file"] == str(files["slack_webhook_url"])
    assert started.receiver("pagerduty")["routing_key_file"] == str(files["pagerduty_routing_key"])
    assert started.receiver("email")["auth_password_file"] == str(files["smtp_password"])


def test_secrets_of_an_earlier_start_are_gone(tmp_path: Path) -> None:
    """Whoever takes a receiver away takes its secret away."""
    _start(tmp_path, **_ALL)

    started = _start(tmp_path)

    assert list((started.directory / "config" / "secrets").iterdir()) == []


@pytest.mark.parametrize(
    ("url", "server", "starttls", "tls", "username"),
    [
        ("smtp://mail.example", "mail.example:25", False, False, ""),
        ("smtp://127.0.0.1:1025/", "127.0.0.1:1025", False, False, ""),
        ("smtp://u%40x:p@mail.example:587", "mail.example:587", True, False, "u@x"),
        ("smtps://u:p@[::1]", "[::1]:465", False, True, "u"),
    ],
)
def test_mail_server_is_that_of_the_service(
    tmp_path: Path, binaries: Binaries, url: str, server: str, starttls: bool, tls: bool, username: str
) -> None:
    """Its URL has the same form; a password is sent over TLS alone."""
    started = _start(tmp_path, ADMIN_EMAIL="o'hara@example.com", SMTP_URL=url)

    _accepted(binaries, started.file)
    email = started.receiver("email")
    assert email["to"] == "o'hara@example.com"
    assert (email["smarthost"], email["require_tls"], email["force_implicit_tls"]) == (server, starttls, tls)
    assert email["auth_username"] == username


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SLACK_WEBHOOK_URL": "hooks.slack.example/x"}, "SLACK_WEBHOOK_URL is no http or https URL"),
        ({"SLACK_WEBHOOK_URL": "https://a\nb"}, "SLACK_WEBHOOK_URL is no http or https URL"),
        ({"ADMIN_EMAIL": "admin"}, "ADMIN_EMAIL='admin' is no e-mail address"),
        ({"ADMIN_EMAIL": "a@b", "ALERT_MAIL_FROM": "x"}, "ALERT_MAIL_FROM='x' is no e-mail address"),
        ({"ADMIN_EMAIL": "a@b", "SMTP_URL": "mail.example"}, "SMTP_URL is not usable"),
        ({"ADMIN_EMAIL": "a@b", "SMTP_URL": "smtp://user@mail.example"}, "SMTP_URL is not usable"),
        ({"ADMIN_EMAIL": "a@b", "SMTP_URL": "smtp://mail.example:x"}, "SMTP_URL is not usable"),
        ({"PAGERDUTY_ROUTING_KEY": "two words"}, "PAGERDUTY_ROUTING_KEY has blanks in it"),
    ],
)
def test_an_address_that_is_none_leaves_its_receiver_out(
    tmp_path: Path, binaries: Binaries, environ: dict[str, str], said: str
) -> None:
    """One line says so, without the value where that is a secret; Alertmanager starts."""
    started = _start(tmp_path, **environ)

    _accepted(binaries, started.file)
    (line,) = [line for line in started.stderr.splitlines() if "is not set" not in line]
    assert line.startswith(said)
    assert [started.receiver(name) for name in ("slack", "email", "pagerduty")] == [{}, {}, {}]


def test_intervals_are_those_of_the_environment(tmp_path: Path, binaries: Binaries) -> None:
    """One that is none is said with the default that is used."""
    started = _start(tmp_path, ALERT_GROUP_WAIT="5s", ALERT_REPEAT_INTERVAL="never")

    _accepted(binaries, started.file)
    route = started.route()
    assert (route["group_wait"], route["group_interval"], route["repeat_interval"]) == ("5s", "5m", "4h")
    assert (
        "ALERT_REPEAT_INTERVAL='never' is no duration such as 30s, 5m or 4h: 4h is used"
        in started.stderr.splitlines()
    )


@pytest.mark.parametrize(
    ("severity", "receivers"),
    [("critical", "pagerduty,slack,email"), ("warning", "slack,email"), ("none", "page"), ("odd", "page")],
)
def test_severity_decides_who_is_told(
    tmp_path: Path, binaries: Binaries, severity: str, receivers: str
) -> None:
    """`amtool` follows the routes as Alertmanager does."""
    file = _start(tmp_path, **_ALL).file
    labels = ["alertname=DatabaseDown", f"severity={severity}"]

    done = subprocess.run(
        [
            binaries("amtool"),
            *("config", "routes", "test", f"--config.file={file}", f"--verify.receivers={receivers}"),
            *labels,
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip() == receivers
