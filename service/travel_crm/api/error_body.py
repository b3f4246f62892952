"""The body of every answer that is not a success, and how the OpenAPI document tells of it.

`{"success": false, "message": …, "trace_id": …}`: the trace id is what to look up when asking why.
"""

from typing import Annotated, Any, Literal

from fastapi.responses import JSONResponse
from opentelemetry import trace
from pydantic import BaseModel, ConfigDict, Field


class ErrorBody(BaseModel):
    """Why a request was not carried out."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "success": False,
                    "message": "No booking has this id",
                    "trace_id": "0af7651916cd43dd8448eb211c80319c",
                }
            ]
        }
    )

    success: Literal[False] = False
    message: str
    trace_id: Annotated[str | None, Field(description="Null where the request is not traced.")]
    stack: Annotated[
        str | None, Field(exclude_if=lambda stack: stack is None, description="In development alone.")
    ] = None


def error_response(
    status: int, message: str, headers: dict[str, str] | None = None, stack: str | None = None
) -> JSONResponse:
    """Return the answer, with the current trace's id in it; what UTF-8 cannot hold is shown escaped."""
    body = ErrorBody(
        message=_encodable(message),
        trace_id=_current_trace_id(),
        stack=None if stack is None else _encodable(stack),
    )
    return JSONResponse(body.model_dump(), status, headers)


def documented(**reasons: str) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI's `responses` for errors, given as `status_404="The customer is unknown."`."""
    return {
        int(status.removeprefix("status_")): {"model": ErrorBody, "description": reason}
        for status, reason in reasons.items()
    }


def _encodable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


def _current_trace_id() -> str | None:
    span_context = trace.get_current_span().get_span_context()
    return trace.format_trace_id(span_context.trace_id) if span_context.is_valid else None
