"""What the service keeps its things in, and sends its mail through: Redis, FerretDB and mailpit."""

from pathlib import Path

from pymongo import MongoClient

from stack.build.binaries import Binaries
from stack.components.component import Component
from stack.components.probes import all_of, answers, greets, holds
from stack.ports import LOOPBACK
from stack.settings import Settings


def redis(settings: Settings, binaries: Binaries) -> Component:
    """Return Redis, with every write on disk within a second."""
    port = settings.ports.redis
    return Component(
        name="redis",
        command=(
            str(binaries("redis-server")),
            *("--bind", LOOPBACK),
            *("--port", str(port)),
            *("--dir", str(data_directory(settings, "redis"))),
            *("--appendonly", "yes"),
            *("--save", ""),
            # A title is written over the environment, by which the processes of a stack are found.
            *("--set-proc-title", "no"),
        ),
        is_ready=greets(port, b"+PONG", b"PING\r\n"),
        address=f"redis://{LOOPBACK}:{port}",
        ports=("redis",),
    )


def mongodb(settings: Settings, binaries: Binaries) -> Component:
    """Return FerretDB, which speaks MongoDB's protocol."""
    port = settings.ports.mongodb
    data = data_directory(settings, "mongodb")
    return Component(
        name="mongodb",
        command=(str(binaries("ferretdb")), "-listen", f"{LOOPBACK}:{port}", "-data", str(data)),
        is_ready=holds(lambda: _says_hello(port)),
        address=f"mongodb://{LOOPBACK}:{port}",
        ports=("mongodb",),
    )


def mailpit(settings: Settings, binaries: Binaries) -> Component:
    """Return mailpit: an SMTP server whose mail is read on a page."""
    ports = settings.ports
    database = data_directory(settings, "mailpit") / "mail.db"
    return Component(
        name="mailpit",
        command=(
            str(binaries("mailpit")),
            *("--listen", f"{LOOPBACK}:{ports.mailpit}"),
            *("--smtp", f"{LOOPBACK}:{ports.smtp}"),
            *("--database", str(database)),
            "--disable-version-check",
        ),
        is_ready=all_of(answers(ports.mailpit, "/readyz"), greets(ports.smtp, b"220")),
        address=f"http://{LOOPBACK}:{ports.mailpit}",
        ports=("mailpit", "smtp"),
    )


def data_directory(settings: Settings, component: str) -> Path:
    """Return the directory of the component's data, made if it is missing."""
    directory = settings.directory / "data" / component
    directory.mkdir(parents=True, exist_ok=True)
    return directory


def _says_hello(port: int) -> bool:
    with MongoClient[dict[str, object]](LOOPBACK, port, serverSelectionTimeoutMS=1000) as client:
        return bool(client.admin.command("hello")["ok"])
