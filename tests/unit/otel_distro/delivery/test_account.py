"""The account adds up after any sequence of moves."""

from hypothesis import given, settings
from hypothesis import strategies as st

from otel_distro.delivery.account import Account

_moves = st.sampled_from(["accept", "recover", "deliver", "drop", "spool", "unspool", "fail"])


@settings(deadline=None)
@given(st.lists(st.tuples(_moves, st.integers(0, 100), st.sampled_from(["queued", "spooled"]))))
def test_it_adds_up(moves: list[tuple[str, int, str]]) -> None:
    """Accepted equals queued, spooled, delivered and dropped, at any moment."""
    account = Account()
    arguments = {
        "deliver": lambda column: (column,),
        "drop": lambda column: ("reason", column),
    }

    for move, items, column in moves:
        if move == "fail":
            account.fail("logs", items, "http_503", unknown=True)
        else:
            getattr(account, move)("logs", items, *arguments.get(move, lambda _: ())(column))
        assert account.of("logs").balanced


def test_what_waits_to_be_encoded_counts_as_queued() -> None:
    """Records in the intake are accepted already."""
    account = Account()
    account.watch("traces", lambda: 5)
    account.accept("traces", 3)

    found = account.of("traces")

    assert (found.accepted, found.queued, found.pending) == (8, 8, 5)
    assert found.balanced


def test_a_child_begins_at_zero() -> None:
    """What the parent accepted is not the child's."""
    account = Account()
    account.accept("traces", 3)

    account.reset()

    assert account.of("traces").accepted == 0
