"""The command that makes tenants.

    python -m travel_crm.tenants create "Sunny Travel"

It prints the tenant's key, once: the store has its hash alone.
"""

import argparse
import asyncio
import sys

from pydantic import TypeAdapter, ValidationError

from travel_crm.adapters.mongo_client import create_mongo_client, database_of
from travel_crm.adapters.mongo_tenants import MongoTenants
from travel_crm.domain.errors import UnavailableError
from travel_crm.domain.fields import Line
from travel_crm.domain.tenants import TenantService
from travel_crm.settings import Settings, settings_or_exit


def main() -> int:
    """Run the command and return its exit status: 1 where the store is away, 2 for a name that is none."""
    parser = argparse.ArgumentParser(prog="python -m travel_crm.tenants", description="Tenants.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    commands.add_parser("create", help="make a tenant and print its key").add_argument("name", metavar="NAME")
    arguments = parser.parse_args()
    try:
        name = TypeAdapter[str](Line).validate_python(arguments.name)
    except ValidationError:
        parser.error("NAME is not usable: expected up to 200 characters on one line")
    try:
        sys.stdout.write(f"{asyncio.run(_create(settings_or_exit(), name))}\n")
    except UnavailableError as error:
        sys.stderr.write(f"travel-crm: {error}\n")
        return 1
    return 0


async def _create(settings: Settings, name: str) -> str:
    async with create_mongo_client(settings.mongodb_uri) as mongo:
        tenant, key = await TenantService(MongoTenants(database_of(mongo)["tenants"])).create(name)
    return f"tenant {tenant.id} ({tenant.name})\nX-API-Key: {key}"


if __name__ == "__main__":
    sys.exit(main())
