"""Makes Bugsink's database and what the stack needs in it, then becomes Bugsink's server.

    python serve.py migrate    make the database and no more: the build does so once, as it takes seven
    seconds python serve.py TEMPLATE   start from the database in the directory TEMPLATE, then serve

Run by Bugsink's own interpreter, with BUGSINK_DATA_DIR and BUGSINK_PORT in its environment. What the stack
has to know is written to `access.json` in the data directory: the DSN, a token for the API and the login
for the page.
"""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import json
import os
import secrets
import shutil
import sys
from pathlib import Path

import django
from django.core.management import call_command

_EMAIL = "admin@example.com"
_NAME = "Travel CRM"


def main(argument: str) -> None:
    """Do what the argument says; does not return when it serves."""
    data = Path(os.environ["BUGSINK_DATA_DIR"])
    os.environ["DJANGO_SETTINGS_MODULE"] = "bugsink_settings"
    if argument == "migrate":
        _migrate()
        return
    _lay_out(data, Path(argument))
    django.setup()
    _write_access(data / "access.json")
    _serve()


def _lay_out(data: Path, template: Path) -> None:
    """Put the template's database where there is none, and bring one of another version up to date."""
    version = data / "made-by"
    if not (data / "db.sqlite3").exists():
        for file in template.glob("*.sqlite3"):
            shutil.copy(file, data)
    elif not version.exists() or version.read_text() != str(template):
        _migrate()
    version.write_text(str(template))


def _migrate() -> None:
    django.setup()
    call_command("migrate", verbosity=0)
    call_command("migrate", "snappea", database="snappea", verbosity=0)


def _write_access(path: Path) -> None:
    # Bugsink's models can be imported once Django is set up, not before.
    from bsmain.models import AuthToken
    from projects.models import Project, ProjectVisibility
    from teams.models import Team, TeamVisibility

    known = json.loads(path.read_text()) if path.exists() else {"email": _EMAIL}
    if "password" not in known:
        known["password"] = secrets.token_urlsafe(9)
        _create_user(known["email"], known["password"])
    if "token" not in known:
        known["token"] = AuthToken.create_full_access().token
    team, _ = Team.objects.get_or_create(name=_NAME, defaults={"visibility": TeamVisibility.JOINABLE})
    project, _ = Project.objects.get_or_create(
        name=_NAME, defaults={"team": team, "visibility": ProjectVisibility.TEAM_MEMBERS}
    )
    # The port may be another one than at the start before.
    known |= {"dsn": project.dsn, "project": project.id}
    path.touch(mode=0o600)
    path.write_text(json.dumps(known))


def _create_user(email: str, password: str) -> None:
    from django.contrib.auth import get_user_model

    users = get_user_model().objects
    users.filter(username=email).delete()
    users.create_superuser(username=email, email=email, password=password)


def _serve() -> None:
    bind = f"--bind=127.0.0.1:{os.environ['BUGSINK_PORT']}"
    command = [sys.executable, "-m", "gunicorn", "--workers=1", "--threads=4", bind, "bugsink.wsgi"]
    os.execv(sys.executable, command)  # noqa: S606


if __name__ == "__main__":
    main(sys.argv[1])
