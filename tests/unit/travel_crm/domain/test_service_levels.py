"""Priorities have an order, and its end."""

from travel_crm.domain.service_levels import Priority


def test_a_priority_is_raised_by_one() -> None:
    """The highest stays what it is."""
    assert [one.raised() for one in Priority] == ["normal", "high", "urgent", "urgent"]
