"""Which components make up a profile."""

from stack.build.binaries import Binaries
from stack.components.application import api, gateway, worker
from stack.components.backends import alertmanager, bugsink, loki, prometheus, tempo
from stack.components.collector import collector
from stack.components.component import Component
from stack.components.stores import mailpit, mongodb, redis
from stack.settings import Settings

_EMBEDDED = (redis, mongodb, mailpit, collector)
_FULL = (redis, mongodb, mailpit, tempo, loki, prometheus, alertmanager, bugsink, collector)


def infrastructure(settings: Settings, binaries: Binaries) -> list[Component]:
    """Return all of the profile but the service; programs that are missing are built."""
    parts = _EMBEDDED if settings.profile == "embedded" else _FULL
    return [part(settings, binaries) for part in parts]


def application(settings: Settings, sentry_dsn: str) -> list[Component]:
    """Return the service, which sends its errors to the DSN if there is one."""
    return [gateway(settings), api(settings, sentry_dsn), worker(settings, sentry_dsn)]
