"""What the supervisor and the start-up have to know of a component."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

# Told the process id, whether the component can serve; an exception out of it counts as a no.
Probe = Callable[[int], bool]


@dataclass(frozen=True)
class Component:
    """One process of the stack.

    `command` is run with `environ` and nothing else of the person's environment but what every process needs.
    It is started once the components in `needs` are ready, and has `patience` seconds to become so itself.
    Told to stop it has `seconds_to_stop` before it is killed.
    `ports` are names of `Ports`; `address` is what a person is shown.
    """

    name: str
    command: tuple[str, ...]
    is_ready: Probe
    address: str
    environ: Mapping[str, str] = field(default_factory=dict, repr=False)
    ports: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    patience: float = 60
    seconds_to_stop: int = 10


def depths(components: list[Component]) -> dict[str, int]:
    """Return for each component how many others have to be ready one after the other before it is started."""
    by_name = {component.name: component for component in components}

    def depth(name: str) -> int:
        return max((depth(need) + 1 for need in by_name[name].needs if need in by_name), default=0)

    return {name: depth(name) for name in by_name}
