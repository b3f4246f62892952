"""Says which port of the stack is taken, and the variable that changes it, before anything is started."""

from collections.abc import Sequence

from stack.components.component import Component
from stack.errors import StackError
from stack.ports import holder, is_free
from stack.settings import Ports


def require_free_ports(components: Sequence[Component], ports: Ports) -> None:
    """Raise `StackError` with a line for every port of the components that is taken."""
    clashes = [
        _clash(component.name, name, ports.number(name))
        for component in components
        for name in component.ports
        if not is_free(ports.number(name))
    ]
    if clashes:
        raise StackError("\n".join(clashes))


def _clash(component: str, name: str, port: int) -> str:
    by = f" by {found}" if (found := holder(port)) else ""
    return f"{component}: port {port} is in use{by}: stop it or set {Ports.variable(name)} to another port"
