"""The service's settings, and the only module that reads the environment.

An empty variable counts as unset. A value that cannot be used raises `SettingsError`, whose message names
the variable and what is expected; the value itself is left out, since an address may hold a password.
"""

import os
import re
import sys
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from redis.asyncio import ConnectionPool, SSLConnection
from redis.exceptions import RedisError

from travel_crm.domain.service_levels import Priority, ServiceLevels
from travel_crm.log_files import SharedRotatingFileHandler

_MONGODB_URI = "mongodb://127.0.0.1:27017/travel_crm"
_REDIS_URL = "redis://127.0.0.1:6379/0"
_SMTP_URL = "smtp://127.0.0.1:1025"
_MAIL_FROM = "Travel CRM <bookings@travel-crm.example>"
_ADMIN_EMAIL = "admin@travel-crm.example"
_CARDPAY_URL = "http://127.0.0.1:8010"
_SLA = "low=259200,normal=86400,high=14400,urgent=3600"
_SHORTEST_DEMO_KEY = 16
_A_YEAR = 366 * 86400
_ADDRESS = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
# What the service's own clients leave open: bounds, retries and encodings are theirs.
_REDIS_OPTIONS = ("db", "health_check_interval", "max_connections", "password", "protocol", "username")
_SMTP_PORTS = {"smtp": 25, "smtps": 465}
_SERVICE_NAME = "travel-crm"
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_LOG_FORMATS = ("text", "json")
_ENVIRONMENTS = ("production", "staging", "development", "test")
_SWITCH = ("true", "false")
_DEFAULT_CHOICES = {
    "LOG_FORMAT": "text",
    "LOG_LEVEL": "INFO",
    "ENVIRONMENT": "production",
    "SEED_DEMO": "false",
}


LOG_FILES = COMBINED_LOG, ERROR_LOG = "combined.log", "error.log"
"""What is in LOG_DIR."""


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
    admin_email: str
    cardpay_url: str
    service_levels: ServiceLevels
    environment: str
    demo_api_key: str | None = field(repr=False)
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
            service_name=environ.get("OTEL_SERVICE_NAME") or _SERVICE_NAME,
            mail_from=_address("MAIL_FROM", environ.get("MAIL_FROM") or _MAIL_FROM),
            admin_email=_address("ADMIN_EMAIL", environ.get("ADMIN_EMAIL") or _ADMIN_EMAIL),
            cardpay_url=_cardpay_url(environ.get("CARDPAY_URL") or _CARDPAY_URL),
            service_levels=_service_levels(environ.get("SLA_FIRST_ANSWER_SECONDS") or _SLA),
            environment=_environment(environ),
            demo_api_key=_demo_api_key(environ),
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
    """Return the address, which PyMongo can make a client of; that reaches nothing, nor asks name servers."""
    try:
        with warnings.catch_warnings():
            # How PyMongo takes note of an option that it leaves out.
            warnings.simplefilter("error")
            AsyncMongoClient[dict[str, object]](value, connect=False)
    except (PyMongoError, UserWarning, OSError, ValueError, TypeError):
        raise SettingsError(
            "MONGODB_URI is not usable: expected mongodb://[user:password@]host[:port][,…]/database"
            " (or mongodb+srv://), with options that PyMongo takes"
        ) from None
    return value


def _redis_url(value: str) -> str:
    expected = "REDIS_URL is not usable: expected redis://[user:password@]host[:port][/number] (or rediss://)"
    parts, _ = _split(value, ("redis", "rediss"), expected)
    if parts.path.strip("/") and not parts.path.strip("/").isdecimal():
        raise SettingsError(expected)
    options = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    if not all(name in _REDIS_OPTIONS or name.startswith("ssl_") for name in options):
        raise SettingsError(f"{expected}, with options among {', '.join(_REDIS_OPTIONS)}, ssl_…")
    try:
        _make_redis_connection(value)
    except (RedisError, OSError, ValueError, TypeError):
        raise SettingsError(f"{expected}, with values that redis-py takes") from None
    return value


def _make_redis_connection(url: str) -> None:
    """Make a connection out of all options, which reaches nothing; raise what redis-py raises."""
    connection = ConnectionPool.from_url(url).make_connection()
    if isinstance(connection, SSLConnection):
        connection.ssl_context.get()


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


def _address(variable: str, value: str) -> str:
    _, address = parseaddr(value)
    whole = value == address or value.endswith(f"<{address}>")
    if not whole or not _ADDRESS.fullmatch(address) or not value.isprintable():
        raise SettingsError(
            f"{variable} is not usable: expected an e-mail address, as in Name <name@example.com>"
        )
    return value


def _directory(environ: Mapping[str, str], name: str) -> Path | None:
    """Return the directory that the variable names, made if it is missing; None where it names none."""
    value = environ.get(name)
    if not value:
        return None
    try:
        directory = Path(value).expanduser().absolute()
        directory.mkdir(parents=True, exist_ok=True)
        _check_can_log_to(directory)
    except (OSError, ValueError, RuntimeError):
        raise SettingsError(
            f"{name}={value!r} is not usable: expected a directory that can be written to, with its log files"
        ) from None
    return directory


def _check_can_log_to(directory: Path) -> None:
    """Raise `OSError` where the log files cannot be written to, or not be put aside when they are full."""
    for file in LOG_FILES:
        SharedRotatingFileHandler(str(directory / file)).close()
    if not os.access(directory, os.W_OK | os.X_OK):
        raise PermissionError(directory)


def _cardpay_url(value: str) -> str:
    expected = "CARDPAY_URL is not usable: expected http://host[:port] (or https://)"
    _split(value, ("http", "https"), expected)
    return value


def _service_levels(value: str) -> ServiceLevels:
    """Return the service levels out of `low=259200,normal=86400,high=14400,urgent=3600`."""
    pairs = [pair.partition("=") for pair in value.split(",")]
    seconds = {name.strip(): number.strip() for name, _, number in pairs}
    if sorted(name.strip() for name, _, _ in pairs) != sorted(Priority) or not all(
        _is_some_seconds(number) for number in seconds.values()
    ):
        raise SettingsError(
            f"SLA_FIRST_ANSWER_SECONDS={value!r} is not usable: expected whole seconds, as in {_SLA}"
        )
    return ServiceLevels({one: timedelta(seconds=int(seconds[one])) for one in Priority})


def _is_some_seconds(text: str) -> bool:
    return text.isascii() and text.isdecimal() and 0 < int(text) <= _A_YEAR


def _environment(environ: Mapping[str, str]) -> str:
    """Return where the service runs, by APP_ENV or else ENVIRONMENT; only development shows stacks."""
    name = "APP_ENV" if environ.get("APP_ENV") else "ENVIRONMENT"
    return _choice(environ, name, _ENVIRONMENTS, str.lower)


def _demo_api_key(environ: Mapping[str, str]) -> str | None:
    """Return the key of the demo tenant, None where none is wanted; there is no key by default."""
    if _choice(environ, "SEED_DEMO", _SWITCH, str.lower) == "false":
        return None
    key = environ.get("DEMO_API_KEY") or ""
    if len(key) < _SHORTEST_DEMO_KEY or not key.isascii() or not key.isprintable():
        raise SettingsError(
            f"DEMO_API_KEY is not usable: SEED_DEMO wants {_SHORTEST_DEMO_KEY} characters of ASCII or more"
        )
    return key


def _choice(
    environ: Mapping[str, str], name: str, choices: tuple[str, ...], normalise: Callable[[str], str]
) -> str:
    """Return the variable's value as one of the choices, or its default."""
    value = normalise(environ.get(name) or _DEFAULT_CHOICES[name])
    if value not in choices:
        raise SettingsError(f"{name}={value!r} is not usable: expected one of {', '.join(choices)}")
    return value
