"""Bugsink's settings for the native stack: one user, one team, SQLite, nothing sent anywhere.

Read by Bugsink's own interpreter, with BUGSINK_DATA_DIR and BUGSINK_PORT in its environment.

https://www.bugsink.com/docs/settings/
"""

# pyright: reportMissingImports=false, reportWildcardImportFromLibrary=false

import os
import secrets
from pathlib import Path

from bugsink.settings.default import *  # noqa: F403
from bugsink.settings.default import DATABASES

_DATA = Path(os.environ["BUGSINK_DATA_DIR"])
_SECRET = _DATA / "secret-key"

if not _SECRET.exists():
    _SECRET.touch(mode=0o600)
    _SECRET.write_text(secrets.token_urlsafe(50))

SECRET_KEY = _SECRET.read_text()
DATABASES["default"]["NAME"] = str(_DATA / "db.sqlite3")
DATABASES["snappea"]["NAME"] = str(_DATA / "snappea.sqlite3")
# An event is on the page when it has been answered, and no second process is needed.
SNAPPEA = {"TASK_ALWAYS_EAGER": True}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
TIME_ZONE = "UTC"
BUGSINK = {
    "BASE_URL": f"http://127.0.0.1:{os.environ['BUGSINK_PORT']}",
    "SINGLE_USER": True,
    "SINGLE_TEAM": True,
    "USER_REGISTRATION": "CB_NOBODY",
    "PHONEHOME": False,
    "INGEST_STORE_BASE_DIR": str(_DATA / "ingestion"),
    # A test that fails a thousand requests is to find a thousand events.
    "MAX_EVENTS_PER_PROJECT_PER_5_MINUTES": 100_000,
    "MAX_EVENTS_PER_PROJECT_PER_HOUR": 1_000_000,
    "MAX_EVENTS_PER_5_MINUTES": 100_000,
    "MAX_EVENTS_PER_HOUR": 1_000_000,
}
