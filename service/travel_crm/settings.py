"""The service's settings, and the only module that reads the environment.

An empty variable counts as unset. A value that cannot be used raises `SettingsError`, whose message names
the variable and what is expected; the value itself is left out, since an address may hold a password.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit

from pymongo.errors import PyMongoError
from pymongo.uri_parser import parse_uri

_MONGODB_URI = "mongodb://127.0.0.1:27017/travel_crm"
_REDIS_URL = "redis://127.0.0.1:6379/0"
_SMTP_URL = "smtp://127.0.0.1:1025"
_MAIL_FROM = "Travel CRM <bookings@travel-crm.example>"
_SMTP_PORTS = {"smtp": 25, "smtps": 465}
_SERVICE_NAME = "travel-crm"
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LOG_FORMATS = ("text", "json")
_DEFAULT_CHOICES = {"LOG_FORMAT": "text", "LOG_LEVEL": "INFO"}


class SettingsError(ValueError):
    """Say which variable cannot be used and what it should look like."""


@dataclass(frozen=True)
class SmtpSettings:
    """A mail server. `tls` is TLS from the first byte; STARTTLS is used wherever the server offers it."""

    host: str
    port: int
    tls: bool
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one place the service runs at to another."""

    mongodb_uri: str = field(repr=False)
    redis_url: str = field(repr=False)
    smtp: SmtpSettings
    mail_from: str
    service_name: str
    log_format: str
    log_level: str
    log_dir: Path | None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Parse the environment; raise `SettingsError` for the first variable that cannot be used."""
        return cls(
            mongodb_uri=_mongodb_uri(environ.get("MONGODB_URI") or _MONGODB_URI),
            redis_url=_redis_url(environ.get("REDIS_URL") or _REDIS_URL),
            smtp=_smtp(environ.get("SMTP_URL") or _SMTP_URL),
            mail_from=_mail_from(environ.get("MAIL_FROM") or _MAIL_FROM),
            service_name=environ.get("OTEL_SERVICE_NAME") or _SERVICE_NAME,
            log_format=_choice(environ, "LOG_FORMAT", _LOG_FORMATS, str.lower),
            log_level=_choice(environ, "LOG_LEVEL", _LOG_LEVELS, str.upper),
            log_dir=_directory(environ, "LOG_DIR"),
        )


def settings_or_exit() -> Settings:
    """Return the settings of this process; on a bad one write a line to stderr and exit with status 2."""
    try:
        return Settings.from_environ(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"travel-crm: {error}\n")
        raise SystemExit(2) from None


def _mongodb_uri(value: str) -> str:
    expected = "MONGODB_URI is not usable: expected mongodb://[user:password@]host[:port][,…]/database"
    if value.startswith("mongodb+srv://"):
        # Parsing it any further asks the name servers, which is for later than start-up.
        return value
    try:
        parse_uri(value, warn=True)
    except (PyMongoError, ValueError):
        raise SettingsError(expected) from None
    return value


def _redis_url(value: str) -> str:
    expected = "REDIS_URL is not usable: expected redis://[user:password@]host[:port][/number] (or rediss://)"
    parts, _ = _split(value, ("redis", "rediss"), expected)
    if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise SettingsError(expected)
    return value


def _smtp(value: str) -> SmtpSettings:
    expected = "SMTP_URL is not usable: expected smtp://[user:password@]host[:port] (or smtps://)"
    parts, port = _split(value, tuple(_SMTP_PORTS), expected)
    if parts.path.strip("/") or bool(parts.username) != bool(parts.password):
        raise SettingsError(expected)
    return SmtpSettings(
        host=parts.hostname or "",
        port=port or _SMTP_PORTS[parts.scheme],
        tls=parts.scheme == "smtps",
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _split(value: str, schemes: tuple[str, ...], expected: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        raise SettingsError(expected) from None
    if parts.scheme not in schemes or not parts.hostname or port == 0:
        raise SettingsError(expected)
    return parts, port


def _mail_from(value: str) -> str:
    _, address = parseaddr(value)
    if "@" not in address or not value.isprintable():
        raise SettingsError(
            "MAIL_FROM is not usable: expected an e-mail address, as in Name <name@example.com>"
        )
    return value


def _directory(environ: Mapping[str, str], name: str) -> Path | None:
    """Return the directory that the variable names, made if it is missing; None where it names none."""
    value = environ.get(name)
    if not value:
        return None
    directory = Path(value).absolute()
    expected = f"{name}={value!r} is not usable: expected a directory that can be written to"
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError):
        raise SettingsError(expected) from None
    if not os.access(directory, os.W_OK | os.X_OK):
        raise SettingsError(expected)
    return directory


def _choice(
    environ: Mapping[str, str], name: str, choices: tuple[str, ...], normalise: Callable[[str], str]
) -> str:
    """Return the variable's value as one of the choices; the default is `text` and `INFO`."""
    value = normalise(environ.get(name) or _DEFAULT_CHOICES[name])
    if value not in choices:
        raise SettingsError(f"{name}={value!r} is not usable: expected one of {', '.join(choices)}")
    return value
