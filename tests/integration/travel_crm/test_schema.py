"""What the OpenAPI document promises is kept, whatever is sent: schemathesis makes it up, the API answers.

https://schemathesis.readthedocs.io/
"""

from collections.abc import Callable
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.integration.travel_crm.conftest import DEMO_KEY

CHECKS: list[Callable[..., Any]] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# For each operation, of what fits the document and of what does not.
EXAMPLES = 10


def takes_anything(operation: APIOperation) -> bool:
    """Tell whether there is something that could be sent wrong."""
    return bool(list(operation.iter_parameters()))


@pytest.mark.parametrize("mode", list(GenerationMode))
def test_no_answer_breaks_the_document(api: httpx.Client, mode: GenerationMode) -> None:
    """No 500, and no status, content type or body that is not in the document, for any operation."""
    schema = schemathesis.openapi.from_url(f"{api.base_url}/openapi.json")
    called: set[str] = set()

    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if mode is GenerationMode.NEGATIVE and not takes_anything(operation):
            continue
        called.add(operation.label)

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def answers_as_promised(case: schemathesis.Case) -> None:
            case.call_and_validate(headers={"X-API-Key": DEMO_KEY}, checks=CHECKS, timeout=15)

        answers_as_promised()

    assert len(called) >= 19
