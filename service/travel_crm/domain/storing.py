"""What every use case expects of a store, whatever it is made of.

A store is one tenant's: what another tenant has is not there.
"""

from typing import Annotated, Generic, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from travel_crm.domain.errors import NotFoundError
from travel_crm.domain.fields import is_identifier

Entity = TypeVar("Entity", bound=BaseModel)


class PageRequest(BaseModel):
    """Which part of a list is wanted, counted from the newest entry."""

    model_config = ConfigDict(frozen=True)

    limit: Annotated[int, Field(ge=1, le=100, description="How many entries at most.")] = 20
    offset: Annotated[int, Field(ge=0, le=1_000_000, description="How many entries to skip.")] = 0

    def wanted(self) -> dict[str, str]:
        """Return the fields that an entry must have, with their values; a kind of list adds its own."""
        return self.model_dump(mode="json", exclude={"limit", "offset"}, exclude_none=True)


class Page(BaseModel, Generic[Entity]):
    """A part of a list, newest entry first, and how long the whole list is."""

    items: list[Entity]
    limit: int
    offset: int
    total: int


class Repository(Protocol[Entity]):
    """Keeps one tenant's entities of one kind; without the store all methods raise `UnavailableError`."""

    async def add(self, entity: Entity) -> None:
        """Store a new entity; raise `AlreadyStoredError` where its identifier is taken."""
        ...

    async def find(self, identifier: str) -> Entity | None:
        """Return the entity with this identifier, or None."""
        ...

    async def page(self, request: PageRequest) -> Page[Entity]:
        """Return a part of the list of all entities that are as wanted."""
        ...


async def find_or_fail(repository: Repository[Entity], resource: str, identifier: str) -> Entity:
    """Return the entity, or raise `NotFoundError` that calls it by the resource's name."""
    entity = await repository.find(identifier) if is_identifier(identifier) else None
    if entity is None:
        raise NotFoundError(resource)
    return entity
