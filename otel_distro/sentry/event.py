"""What happens to an event last: private parts leave it, then it is tied to its request, both ways.

The event gets the tags `tenant` and `route` and the user's pseudonym; the span it belongs to gets
the event's id. Tenant and user are those that the application named on its server span
(`identity.py`), as they are known when the error happens.
https://docs.sentry.io/platforms/python/configuration/filtering/
"""

from typing import Any

from otel_distro.identity import TENANT_ID, USER_ID, identity_of
from otel_distro.sentry.privacy import redact_text, without_private_parts
from otel_distro.sentry.trace_link import span_of_event, span_of_request

EVENT_ID_ATTRIBUTE = "sentry.event_id"


def before_send(event: Any, _hint: Any) -> Any:
    """Return an event fit to be sent.

    Sentry drops the event where this raises: an error is rather lost than a secret told.

    Args:
        event: as Sentry would send it.
    """
    sent = without_private_parts(event)
    _name_route(sent)
    _name_tenant_and_user(sent)
    _name_on_span(sent)
    return sent


def _name_route(event: Any) -> None:
    transaction = event.get("transaction")
    source = _part(event, "transaction_info").get("source")
    # Sentry's name for a request without a route is no path.
    if source == "route" and isinstance(transaction, str) and transaction.startswith("/"):
        _tag(event, "route", transaction)


def _name_tenant_and_user(event: Any) -> None:
    span = span_of_request()
    identity = {} if span is None else identity_of(span)
    # A log record may name it where no span does.
    if tenant := identity.get(TENANT_ID) or _part(event, "extra").get(TENANT_ID):
        _tag(event, "tenant", redact_text(str(tenant)))
    if user := identity.get(USER_ID):
        event["user"] = {"id": redact_text(user)}


def _name_on_span(event: Any) -> None:
    """Put the event's id on the innermost span that still records; of several events, the last's."""
    for span in (span_of_event(), span_of_request()):
        if span is not None and span.is_recording():
            span.set_attribute(EVENT_ID_ATTRIBUTE, event["event_id"])
            return


def _tag(event: Any, name: str, value: str) -> None:
    event["tags"] = {**_part(event, "tags"), name: value}


def _part(event: Any, name: str) -> dict[str, Any]:
    return event.get(name) or {}
