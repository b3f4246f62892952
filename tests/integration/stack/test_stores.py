"""The stores that the tests are lent are the real ones."""

from pymongo import MongoClient
from redis import Redis


def test_redis_keeps_a_value(redis_server: str) -> None:
    """What is written to the lent Redis is read from it."""
    with Redis.from_url(redis_server) as client:
        client.set("trip", "Lisbon")

        assert client.get("trip") == b"Lisbon"


def test_mongodb_keeps_a_document(mongodb_server: str) -> None:
    """What is written to the lent MongoDB is read from it."""
    with MongoClient[dict[str, object]](mongodb_server) as client:
        trips = client["travel_crm"]["trips"]
        trips.insert_one({"_id": 1, "to": "Lisbon"})

        assert trips.find_one({"_id": 1}) == {"_id": 1, "to": "Lisbon"}
