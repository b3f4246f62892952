"""What counts as a store that is not reached, and what is a mistake of ours."""

import pytest
from pymongo.errors import ExecutionTimeout, OperationFailure, PyMongoError, ServerSelectionTimeoutError

from travel_crm.adapters.mongo_client import reaching_mongo
from travel_crm.domain.errors import UnavailableError


@pytest.mark.parametrize(
    "error",
    [
        ServerSelectionTimeoutError("nobody there"),
        ExecutionTimeout("operation exceeded time limit", 50),
        OperationFailure("[query_iterator.go:79 sqlite.(*queryIterator).Next] context deadline exceeded", 1),
    ],
)
def test_a_store_that_runs_out_of_time_is_unavailable(error: PyMongoError) -> None:
    """Wherever it was noticed: here, by MongoDB, or by FerretDB, which says so in words alone."""
    with pytest.raises(UnavailableError, match="document store"), reaching_mongo():
        raise error


def test_what_the_store_refuses_is_raised_as_it_is() -> None:
    """Trying again would not help, so nobody is told to."""
    with pytest.raises(OperationFailure, match="unknown operator"), reaching_mongo():
        raise OperationFailure("unknown operator: $nonsense", 2)
