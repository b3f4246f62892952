"""The identity of a process: given or the machine's name, with a slot under several workers."""

import socket
from pathlib import Path

import pytest

from otel_distro.processes.identity import InstanceIdentity, base_instance_id


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("service.instance.id=shop-7", "shop-7"),
        ("a=b, service.instance.id = shop%2C7 ,c=d", "shop,7"),
        ("service.instance.id=", socket.gethostname()),
        ("nonsense", socket.gethostname()),
        (None, socket.gethostname()),
    ],
)
def test_base_is_what_is_given_or_the_machines_name(given: str | None, expected: str) -> None:
    """It is read as the specification writes it, and is never a process id or chance."""
    assert base_instance_id(given) == expected


def test_id_is_settled_once_and_given_back(tmp_path: Path) -> None:
    """Before and after, it is the base; in between, no other process has it."""
    one, two = (InstanceIdentity("shop-7", "shop", tmp_path) for _ in range(2))

    one.settle(worker=True)
    two.settle(worker=True)
    assert one.attributes == {"service.instance.id": "shop-7-w0"}
    assert two.id == "shop-7-w1"

    one.leave()
    two.leave()
    assert one.id == two.id == "shop-7"
