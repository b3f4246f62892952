"""What people at a travel agency do: each method is one errand of one or more requests.

What was taken in waits in queues until somebody gets to it, as on any desk.
"""

import random
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from stack.traffic.caller import Caller
from stack.traffic.tally import Tally

_DESTINATIONS = ("Lisbon", "Kyoto", "Reykjavík", "Marrakesh", "Queenstown", "São Paulo", "Tbilisi")
_NAMES = ("Ada Lovelace", "Grace Hopper", "Alan Turing", "Edsger Dijkstra", "Barbara Liskov", "Åsa Müller")
_MOST_KNOWN = 200
_CREATED, _OK = 201, 200
_UNKNOWN = "0" * 32

Thing = Mapping[str, Any]


def _desk() -> deque[Thing]:
    return deque(maxlen=_MOST_KNOWN)


@dataclass
class Agency:
    """The errands, over the things that lie on the desks."""

    caller: Caller
    tally: Tally
    chance: random.Random
    customers: deque[Thing] = field(default_factory=_desk)
    # Without a bound: what waits for an answer must not be forgotten.
    queries: deque[Thing] = field(default_factory=deque)
    neglected: list[Thing] = field(default_factory=list)
    unpaid: deque[Thing] = field(default_factory=_desk)
    bookings: deque[Thing] = field(default_factory=_desk)

    async def take_in_customer(self) -> Thing | None:
        """Take in somebody new."""
        name = self.chance.choice(_NAMES)
        body = {"name": name, "email": f"traveller-{self.chance.getrandbits(32):08x}@example.com"}
        return self._kept(await self._created("/customers", body), self.customers)

    async def take_in_query(self) -> None:
        """Somebody asks, and nobody is in a hurry."""
        query = await self._query(self.chance.choice(("low", "normal", "normal")))
        self._kept(query, self.queries)

    async def answer_query(self) -> None:
        """Answer whoever has waited longest."""
        if not self.queries:
            return await self.take_in_query()
        await self._answer(self.queries.popleft())
        return None

    async def answer_urgent_query(self) -> None:
        """Somebody is in a hurry, and is answered at once."""
        if query := await self._query(self.chance.choice(("high", "urgent"))):
            await self._answer(query)

    async def neglect_query(self) -> None:
        """Somebody is in a hurry, and nobody answers."""
        if query := await self._query(self.chance.choices(("high", "urgent"), (1, 3))[0]):
            self.neglected.append(query)

    async def quote_and_book(self) -> None:
        """Answer with a quote, which is accepted."""
        if not self.queries:
            return await self.take_in_query()
        offer = {"travel_query_id": self.queries.popleft()["id"], "price": self._price()}
        if quote := await self._created("/quotes", offer):
            await self.caller.post("/quotes/{quote_id}/send", identifier=quote["id"])
            accepted = await self.caller.post("/quotes/{quote_id}/accept", identifier=quote["id"])
            if accepted and accepted.status_code == _OK:
                self.tally.booking()
                self._kept({"id": accepted.json()["booking_id"]}, self.unpaid, self.bookings)
        return None

    async def book(self) -> Thing | None:
        """Book without a quote."""
        booking = await self._created("/bookings", await self._trip() | {"price": self._price()})
        if booking:
            self.tally.booking()
        return self._kept(booking, self.unpaid, self.bookings)

    async def pay(self) -> None:
        """Pay for a booking, mostly with a card that works."""
        tokens = ("tok_approved", "tok_declined", "tok_flaky", "tok_slow")
        gateway = self.chance.choices(("cardpay", "sandbox"), (3, 1))[0]
        token = self.chance.choices(tokens, (85, 8, 4, 3))[0] if gateway == "cardpay" else "tok_approved"
        await self._pay(gateway, token)

    async def pay_and_fail(self) -> None:
        """Pay through a gateway that is out of order, nonsensical, or silent."""
        ways = (("sandbox", "tok_broken"), ("cardpay", "tok_failing"), ("cardpay", "tok_timeout"))
        await self._pay(*self.chance.choices(ways, (6, 3, 1))[0])

    async def cancel(self) -> None:
        """Somebody thinks better of it."""
        if self.unpaid:
            await self.caller.post("/bookings/{booking_id}/cancel", identifier=self.unpaid.popleft()["id"])

    async def look_up(self) -> None:
        """Look at a booking, one of a few again and again."""
        if self.bookings:
            booking = self.bookings[-min(len(self.bookings), self.chance.randint(1, 20))]
            await self.caller.get("/bookings/{booking_id}", booking["id"])

    async def browse(self) -> None:
        """Look through lists."""
        route = self.chance.choice(
            ("/bookings", "/bookings", "/queries", "/customers", "/payments", "/quotes")
        )
        await self.caller.get(route, limit=self.chance.choice((10, 20, 100)))

    async def blunder(self) -> None:
        """Ask for what is not there, or send what makes no sense."""
        if self.chance.random() < 0.5:
            await self.caller.get("/bookings/{booking_id}", _UNKNOWN)
        else:
            await self.caller.post("/customers", {"name": "", "email": "nobody"})

    async def clear_desks(self) -> None:
        """Answer everybody who still waits, but for those who were neglected."""
        while self.queries:
            await self._answer(self.queries.popleft())

    async def see_neglected(self) -> None:
        """Read how often each neglected travel query was late."""
        for query in self.neglected:
            found = await self.caller.get("/queries/{travel_query_id}", query["id"])
            if found and found.status_code == _OK:
                self.tally.breaches(query["priority"], found.json()["escalations"])

    async def _pay(self, gateway: str, token: str) -> None:
        booking = self.unpaid.popleft() if self.unpaid else None
        if booking is None:
            await self.book()
            booking = self.unpaid.pop() if self.unpaid else None
        if booking is None:
            return
        body = {"booking_id": booking["id"], "gateway": gateway, "token": token}
        key = f"{self.chance.getrandbits(64):016x}"
        response = await self.caller.post("/payments", body, Idempotency_Key=key)
        if response is None:
            return
        status = response.json()["status"] if response.status_code == _CREATED else "failed"
        self.tally.payment(gateway, status)
        if status != "captured":
            self.unpaid.append(booking)

    async def _query(self, priority: str) -> Thing | None:
        return await self._created("/queries", await self._trip() | {"priority": priority})

    async def _answer(self, query: Thing) -> None:
        body = {"text": "We have found something for you."}
        answered = await self.caller.post("/queries/{travel_query_id}/answer", body, query["id"])
        if answered and answered.status_code == _OK:
            self.tally.breaches(query["priority"], answered.json()["escalations"])

    async def _trip(self) -> dict[str, Any]:
        customer = self.chance.choice(self.customers) if self.customers else await self.take_in_customer()
        departure = datetime.now(UTC).date() + timedelta(days=self.chance.randint(7, 300))
        return {
            "customer_id": customer["id"] if customer else _UNKNOWN,
            "destination": self.chance.choice(_DESTINATIONS),
            "departs_on": departure.isoformat(),
            "returns_on": (departure + timedelta(days=self.chance.randint(2, 21))).isoformat(),
            "travellers": self.chance.randint(1, 6),
        }

    def _price(self) -> dict[str, Any]:
        return {"amount": self.chance.randint(20_000, 900_000), "currency": "EUR"}

    async def _created(self, route: str, body: Mapping[str, Any]) -> Thing | None:
        response = await self.caller.post(route, body)
        return response.json() if response and response.status_code == _CREATED else None

    def _kept(self, thing: Thing | None, *desks: deque[Thing]) -> Thing | None:
        if thing is not None:
            for desk in desks:
                desk.append(thing)
        return thing
