"""Where the process's log records go: to stderr, and where LOG_DIR is set to files.

`combined.log` holds every record from LOG_LEVEL on, `error.log` those from ERROR on, both as JSON whatever
LOG_FORMAT gives people on stderr. uvicorn's records take the same way. So does the access record of the
server edge, where the process runs under one that offers it to the logger `otel_distro.server_edge`;
elsewhere uvicorn's own stands in for it.
"""

import logging
import logging.config
from pathlib import Path
from typing import Any

from travel_crm.log_files import SharedRotatingFileHandler
from travel_crm.log_lines import JsonLine, TextLine
from travel_crm.log_records import AccessLine, LoggedOnce, install_tenant_on_records
from travel_crm.settings import COMBINED_LOG, ERROR_LOG, Settings

EDGE_ACCESS_LOGGER = "otel_distro.server_edge"
UVICORN_ACCESS_LOGGER = "uvicorn.access"
# At DEBUG they quote commands, with the documents and keys of our users.
_TALKATIVE = ("pymongo", "redis")


def configure_logging(settings: Settings) -> None:
    """Send this process's records, from the level in the settings on, where the settings say."""
    install_tenant_on_records()
    handlers = _handlers(settings)
    # The edge offers its record to a logger that has handlers of its own, and to no other.
    edge = {"handlers": list(handlers), "level": settings.log_level, "propagate": False}
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "filters": {"logged once": {"()": LoggedOnce}, "access line": {"()": AccessLine}},
            "formatters": {
                "text": {"()": TextLine},
                "json": {"()": JsonLine, "service": settings.service_name},
            },
            "handlers": handlers,
            "loggers": {**_of_uvicorn(), **_of_drivers(settings.log_level), EDGE_ACCESS_LOGGER: edge},
            "root": {"level": settings.log_level, "handlers": list(handlers)},
        }
    )


def _handlers(settings: Settings) -> dict[str, dict[str, Any]]:
    stderr = {"class": "logging.StreamHandler", "formatter": settings.log_format}
    if settings.log_dir is None:
        return {"stderr": stderr}
    return {
        "stderr": stderr,
        "combined": _file(settings.log_dir / COMBINED_LOG, "NOTSET"),
        "error": _file(settings.log_dir / ERROR_LOG, "ERROR"),
    }


def _file(path: Path, level: str) -> dict[str, Any]:
    return {"()": SharedRotatingFileHandler, "filename": str(path), "level": level, "formatter": "json"}


def _of_drivers(level: str) -> dict[str, dict[str, Any]]:
    return {name: {"level": "INFO" if level == "DEBUG" else "NOTSET"} for name in _TALKATIVE}


def _of_uvicorn() -> dict[str, dict[str, Any]]:
    """Return how uvicorn's loggers, which have handlers of their own, hand their records on instead."""
    hand_on: dict[str, Any] = {"handlers": [], "propagate": True, "level": "NOTSET"}
    # `--no-access-log` has taken both ways away by now; then it stays silent.
    is_heard = logging.getLogger(UVICORN_ACCESS_LOGGER).hasHandlers()
    return {
        "uvicorn": hand_on,
        "uvicorn.error": hand_on | {"filters": ["logged once"]},
        UVICORN_ACCESS_LOGGER: hand_on | {"filters": ["access line"], "propagate": is_heard},
    }
