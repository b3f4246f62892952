"""From exceptions to answers: every one has the error body, and none quotes what was sent.

An exception that nobody foresaw is logged, answered with 500 and raised on, so that whoever watches the
process sees it.
"""

import logging
import traceback
from collections.abc import Iterable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from travel_crm.api.error_body import error_response
from travel_crm.api.methods import allowed_methods
from travel_crm.domain.errors import (
    ConflictError,
    MismatchError,
    NotFoundError,
    PaymentFailedError,
    UnauthorizedError,
    UnavailableError,
)
from travel_crm.log_records import mark_logged

_MOST_ERRORS_SHOWN = 5
# uvicorn closes the connection of a request whose exception reaches it; a caller who is not told may send the
# next one on it, and have no answer.
_CLOSING = {"Connection": "close"}
_SECONDS_TO_RETRY_AFTER = "5"
# How FastAPI answers JSON that is not even text, or nested too deep; to the sender it is malformed JSON too.
_UNREADABLE_BODY = 400
_METHOD_NOT_ALLOWED = 405

_logger = logging.getLogger(__name__)


def install_error_handlers(app: FastAPI, *, tells_stack: bool = False) -> None:
    """Answer every failure of the app with the error body."""
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(UnauthorizedError, _unauthorized)
    app.add_exception_handler(NotFoundError, _not_found)
    app.add_exception_handler(ConflictError, _conflict)
    app.add_exception_handler(MismatchError, _mismatch)
    app.add_exception_handler(PaymentFailedError, _payment_failed)
    app.add_exception_handler(UnavailableError, _unavailable)
    app.add_exception_handler(Exception, _unforeseen_with_stack if tells_stack else _unforeseen)


async def _invalid(_request: Request, error: Exception) -> JSONResponse:
    details = error.errors() if isinstance(error, RequestValidationError) else []
    return error_response(422, _explained(details))


async def _refused(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == _UNREADABLE_BODY:
        return error_response(422, "body: cannot be read as JSON")
    headers = dict(error.headers or {})
    if error.status_code == _METHOD_NOT_ALLOWED:
        headers["Allow"] = allowed_methods(request)
    return error_response(error.status_code, str(error.detail), headers)


async def _unauthorized(_request: Request, error: Exception) -> JSONResponse:
    return error_response(401, str(error), {"WWW-Authenticate": "X-API-Key"})


async def _mismatch(_request: Request, error: Exception) -> JSONResponse:
    return error_response(422, str(error))


async def _payment_failed(_request: Request, error: Exception) -> JSONResponse:
    _logger.error("payment failed: %s", error, extra={"reason": type(error.__cause__ or error).__name__})
    return error_response(504 if getattr(error, "timed_out", False) else 502, str(error))


async def _not_found(_request: Request, error: Exception) -> JSONResponse:
    return error_response(404, str(error))


async def _conflict(_request: Request, error: Exception) -> JSONResponse:
    return error_response(409, str(error))


async def _unavailable(_request: Request, error: Exception) -> JSONResponse:
    _logger.warning("request refused: %s", error, extra={"reason": type(error.__cause__ or error).__name__})
    return error_response(503, str(error), {"Retry-After": _SECONDS_TO_RETRY_AFTER})


async def _unforeseen(_request: Request, error: Exception) -> JSONResponse:
    # Here, where trace and tenant are known; the server knows neither any more when it logs the same.
    _logger.error("request failed", exc_info=error)
    mark_logged(error)
    return error_response(500, "Internal server error", _CLOSING)


async def _unforeseen_with_stack(request: Request, error: Exception) -> JSONResponse:
    await _unforeseen(request, error)
    stack = "".join(traceback.format_exception(error))
    return error_response(500, "Internal server error", _CLOSING, stack)


def _explained(details: Iterable[Mapping[str, Any]]) -> str:
    """Return what is wrong, each reason after the name of the field it is about."""
    reasons = [_reason(detail) for detail in details]
    shown = "; ".join(reasons[:_MOST_ERRORS_SHOWN])
    left_out = len(reasons) - _MOST_ERRORS_SHOWN
    return f"{shown}; and {left_out} more" if left_out > 0 else shown


def _reason(detail: Mapping[str, Any]) -> str:
    if detail["type"] == "json_invalid":
        return f"body: not JSON at character {detail['loc'][-1]}"
    place, *path = (str(part)[:64] for part in detail["loc"])
    message = str(detail["msg"]).removeprefix("Value error, ")
    return f"{'.'.join(path) or place}: {message}"
