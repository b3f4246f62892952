"""In-memory stand-ins for what the use cases are connected to, faithful to what the ports promise."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Generic

import pytest

from travel_crm.domain.bookings import Booking, BookingPageRequest, BookingStatus
from travel_crm.domain.emails import Email
from travel_crm.domain.errors import AlreadyStoredError, MailUnavailableError, UnavailableError
from travel_crm.domain.fields import utc_now
from travel_crm.domain.idempotency import Earlier
from travel_crm.domain.jobs import Job, JobKind, TakenJob
from travel_crm.domain.payments import Charge, Payment, PaymentStatus
from travel_crm.domain.quotes import Quote, QuoteStatus
from travel_crm.domain.storing import Entity, Page, PageRequest
from travel_crm.domain.tenants import Tenant
from travel_crm.domain.travel_queries import TravelQuery, TravelQueryStatus

TENANT = "a" * 32


class InMemoryRepository(Generic[Entity]):
    """Keeps entities in a dictionary; `reachable = False` makes it behave like a store that is down."""

    def __init__(self) -> None:
        self.entities: dict[str, Entity] = {}
        self.reachable = True
        self.reads = 0

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("document store")

    async def add(self, entity: Entity) -> None:
        """Store a new entity."""
        self._reach()
        identifier = getattr(entity, "id")  # noqa: B009 - the bound of Entity has no id
        if identifier in self.entities:
            raise AlreadyStoredError
        self.entities[identifier] = entity

    async def find(self, identifier: str) -> Entity | None:
        """Return the entity with this identifier, or None."""
        self._reach()
        self.reads += 1
        return self.entities.get(identifier)

    async def page(self, request: PageRequest) -> Page[Entity]:
        """Return a part of the list, newest first."""
        self._reach()
        self.reads += 1
        wanted = request.wanted().items()
        newest_first = [
            entity
            for entity in reversed(self.entities.values())
            if wanted <= entity.model_dump(mode="json", include=set(request.wanted())).items()
        ]
        items = newest_first[request.offset : request.offset + request.limit]
        return Page(items=items, limit=request.limit, offset=request.offset, total=len(newest_first))


class InMemoryTravelQueries(InMemoryRepository[TravelQuery]):
    """Keeps travel queries."""

    async def answer(self, identifier: str, text: str) -> TravelQuery | None:
        """Answer an open travel query."""
        self._reach()
        query = self.entities.get(identifier)
        if query is None or query.status is not TravelQueryStatus.OPEN:
            return None
        changes = {"status": TravelQueryStatus.ANSWERED, "answer": text, "answered_at": utc_now()}
        self.entities[identifier] = query.model_copy(update=changes)
        return self.entities[identifier]

    async def mark_booked(self, identifier: str) -> None:
        """Set the status to booked."""
        self._reach()
        changed = self.entities[identifier].model_copy(update={"status": TravelQueryStatus.BOOKED})
        self.entities[identifier] = changed


class InMemoryQuotes(InMemoryRepository[Quote]):
    """Keeps quotes."""

    async def change_status(
        self, identifier: str, *, before: QuoteStatus, after: QuoteStatus, booking_id: str | None = None
    ) -> Quote | None:
        """Move a quote from one state to another, or return None when it is not in the first one."""
        self._reach()
        quote = self.entities.get(identifier)
        if quote is None or quote.status is not before:
            return None
        self.entities[identifier] = quote.model_copy(update={"status": after, "booking_id": booking_id})
        return self.entities[identifier]


class InMemoryBookings(InMemoryRepository[Booking]):
    """Keeps bookings."""

    async def remove(self, identifier: str) -> None:
        """Forget a booking."""
        self._reach()
        self.entities.pop(identifier, None)

    async def change_status(
        self, identifier: str, *, before: BookingStatus, after: BookingStatus
    ) -> Booking | None:
        """Move a booking from one state to another, or return None when it is not in the first one."""
        self._reach()
        booking = self.entities.get(identifier)
        if booking is None or booking.status is not before:
            return None
        self.entities[identifier] = booking.model_copy(update={"status": after})
        return self.entities[identifier]


class InMemoryPayments(InMemoryRepository[Payment]):
    """Keeps payments."""

    async def of_booking(self, booking_id: str) -> Sequence[Payment]:
        """Return all payments that were tried for a booking."""
        self._reach()
        return [one for one in self.entities.values() if one.booking_id == booking_id]

    async def settle(self, payment: Payment, charge: Charge) -> Payment:
        """Record the gateway's answer."""
        self._reach()
        settled = payment.model_copy(update=charge.model_dump())
        self.entities[payment.id] = settled
        return settled


class InMemoryTenants:
    """Keeps tenants by the hash of their key."""

    def __init__(self) -> None:
        self.by_key: dict[str, Tenant] = {}
        self.lookups = 0

    async def put(self, tenant: Tenant, key_hash: str) -> None:
        """Keep a tenant."""
        self.by_key[key_hash] = tenant

    async def find_by_key(self, key_hash: str) -> Tenant | None:
        """Return the tenant whose key has this hash."""
        self.lookups += 1
        return self.by_key.get(key_hash)


class InMemoryIdempotencyKeys:
    """Keeps keys with what they stand for."""

    def __init__(self) -> None:
        self.known: dict[str, Earlier] = {}

    async def keep(self, key: str, first: Earlier) -> Earlier:
        """Keep this under a key that is new, and return what is kept under it."""
        return self.known.setdefault(key, first)


class InMemoryClaims:
    """Keeps claims until they are released."""

    def __init__(self) -> None:
        self.held: set[str] = set()

    async def claim(self, identifier: str) -> bool:
        """Return True to the first one."""
        if identifier in self.held:
            return False
        self.held.add(identifier)
        return True

    async def release(self, identifier: str) -> None:
        """Forget the claim."""
        self.held.remove(identifier)


class ScriptedGateway:
    """Answers with what it was given, one after the other; an exception among them is raised."""

    def __init__(self) -> None:
        self.script: list[Charge | Exception] = []
        self.keys: list[str] = []

    async def charge(self, payment: Payment, token: str, idempotency_key: str) -> Charge:
        """Give the next answer, and approve at the end of the script."""
        self.keys.append(idempotency_key)
        await asyncio.sleep(0)
        step = self.script.pop(0) if self.script else Charge(status=PaymentStatus.CAPTURED, reference="c")
        if isinstance(step, Exception):
            raise step
        return step


class InMemoryBookingCache:
    """Keeps what it is given until it is invalidated."""

    def __init__(self) -> None:
        self.bookings: dict[str, Booking] = {}
        self.pages: dict[BookingPageRequest, Page[Booking]] = {}

    async def get(self, identifier: str) -> Booking | None:
        """Return a booking that was put here."""
        return self.bookings.get(identifier)

    async def put(self, booking: Booking) -> None:
        """Keep a booking."""
        self.bookings[booking.id] = booking

    async def get_page(self, request: BookingPageRequest) -> Page[Booking] | None:
        """Return a part of the list that was put here."""
        return self.pages.get(request)

    async def put_page(self, request: BookingPageRequest, page: Page[Booking]) -> None:
        """Keep a part of the list."""
        self.pages[request] = page

    async def invalidate(self, identifier: str) -> None:
        """Forget one booking and every part of the list."""
        self.bookings.pop(identifier, None)
        self.pages.clear()


class RecordingJobQueue:
    """Takes down what is enqueued."""

    def __init__(self) -> None:
        self.jobs: list[tuple[JobKind, dict[str, str]]] = []
        self.reachable = True

    async def enqueue(self, kind: JobKind, payload: Mapping[str, str]) -> None:
        """Take down a job."""
        if not self.reachable:
            raise UnavailableError("job queue")
        self.jobs.append((kind, dict(payload)))


class RecordingAttempt:
    """Takes down the error that an attempt failed with."""

    def __init__(self) -> None:
        self.error: Exception | None = None

    def failed(self, error: Exception) -> None:
        """Take down the error."""
        self.error = error


class ScriptedJobSource:
    """Hands out what it was given, one after the other, and takes down what becomes of it.

    An exception among them is raised instead of handing out a job.
    """

    def __init__(self, *script: TakenJob | UnavailableError) -> None:
        self.script = list(script)
        self.acknowledged: list[str] = []
        self.retried: list[tuple[str, float, bool]] = []
        self.buried: list[str] = []
        self.attempts: list[RecordingAttempt] = []

    async def take(self) -> TakenJob | None:
        """Hand out the next one, or None at the end of the script."""
        await asyncio.sleep(0)
        if not self.script:
            return None
        step = self.script.pop(0)
        if isinstance(step, UnavailableError):
            raise step
        return step

    @contextmanager
    def processing(self, taken: TakenJob) -> Iterator[RecordingAttempt]:
        """Take down that the job is worked on."""
        attempt = RecordingAttempt()
        self.attempts.append(attempt)
        yield attempt

    async def acknowledge(self, taken: TakenJob) -> None:
        """Take down that the job is done."""
        self.acknowledged.append(taken.job.id)

    async def retry(self, taken: TakenJob, delay: float, *, excused: bool) -> None:
        """Take down the delay, and whether the attempt is excused."""
        self.retried.append((taken.job.id, delay, excused))

    async def bury(self, taken: TakenJob) -> None:
        """Take down that the job was given up."""
        self.buried.append(taken.job.id)


class RecordingCount:
    """Takes down what is counted."""

    def __init__(self) -> None:
        self.counted: list[dict[str, str]] = []

    def __call__(self, **attributes: str) -> None:
        """Take down one more."""
        self.counted.append(attributes)


class RecordingMailer:
    """Takes down what would be sent."""

    def __init__(self) -> None:
        self.sent: list[Email] = []
        self.reachable = True

    async def send(self, email: Email) -> None:
        """Take down a message."""
        if not self.reachable:
            raise MailUnavailableError("away")
        self.sent.append(email)


@contextmanager
def away_for(store: object, method: str) -> Iterator[None]:
    """Let a store be away whenever this method of it is called."""

    async def fail(*_: object, **__: object) -> None:
        raise UnavailableError("document store")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(store, method, fail)
        yield


def taken_job(
    kind: str = "booking_confirmation", attempt: int = 1, excused: int = 0, **payload: str
) -> TakenJob:
    """Return a job as a worker holds it."""
    job = Job(tenant_id=TENANT, kind=kind, payload=payload)
    return TakenJob(job, job.model_dump_json().encode(), attempt, excused)
