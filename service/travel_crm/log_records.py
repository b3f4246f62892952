"""What every log record carries, and which records of the server are left out or mended.

Set up by `logging_configuration.py`. The tenant is put on the record itself, where whatever exports records
finds it too; trace and span id are not, as exporters take them from the context.
"""

import logging
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from travel_crm.telemetry.tenant_context import TENANT_ATTRIBUTE, current_tenant

_LOGGED = "__travel_crm_logged__"


def install_tenant_on_records() -> None:
    """Have every record of this process name the tenant it was written for; a second call changes nothing."""
    create = logging.getLogRecordFactory()
    if isinstance(create, _TenantOnRecord):
        return
    logging.setLogRecordFactory(_TenantOnRecord(create))


class _TenantOnRecord:
    """Makes records as another factory does, with the tenant on them."""

    def __init__(self, create: Any) -> None:
        self._create = create

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._create(*args, **kwargs)
        if tenant := current_tenant():
            vars(record)[TENANT_ATTRIBUTE] = tenant
        return record


def mark_logged(error: BaseException) -> None:
    """Note that the exception has its record, so that the server's own of the same is left out."""
    # One that takes no attributes is logged twice.
    with suppress(AttributeError, TypeError):
        setattr(error, _LOGGED, True)


class LoggedOnce(logging.Filter):
    """Leaves out the server's record of an exception that was logged where its request was known."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether the record is to be kept."""
        return not (record.exc_info and getattr(record.exc_info[1], _LOGGED, False))


class AccessLine(logging.Filter):
    """Gives uvicorn's access record the words and attributes of any other one, without the query string.

    What follows the question mark may be an e-mail address or a token.
    https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-server-span
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Return True, with the record mended where it is one of uvicorn's."""
        if isinstance(record.args, tuple) and len(record.args) == 5:
            client, method, target, _, status = record.args
            path = urlsplit(str(target)).path
            vars(record).update(
                {
                    "msg": "%s %s %s",
                    "args": (method, path, status),
                    "client.address": str(client).rpartition(":")[0],
                    "http.request.method": method,
                    "url.path": path,
                    "http.response.status_code": status,
                }
            )
        return True
