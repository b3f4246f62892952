"""What died is read as it was written, also while it is being written."""

from pathlib import Path

from stack.supervision.incidents import Incident, append, read


def test_incidents_are_read_in_their_order(tmp_path: Path) -> None:
    """A death and the return are two of them."""
    incidents = [Incident(1.5, "tempo", died=True), Incident(6.5, "tempo", died=False)]

    for incident in incidents:
        append(tmp_path / "incidents", incident)

    assert read(tmp_path / "incidents") == incidents


def test_half_a_line_is_left_for_later(tmp_path: Path) -> None:
    """Who reads does not stumble over who writes."""
    path = tmp_path / "incidents"
    append(path, Incident(1.5, "tempo", died=True))
    with path.open("a") as file:
        file.write('{"time": 2.5, "compo')

    assert [incident.time for incident in read(path)] == [1.5]


def test_without_a_list_nothing_died(tmp_path: Path) -> None:
    """A stack that has had no trouble has no list."""
    assert read(tmp_path / "incidents") == []
