"""Nothing secret or personal is left in an event that is sent to Sentry."""

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from otel_distro.sentry.privacy import FILTERED, before_breadcrumb, redact_text, without_private_parts

SECRET = "hunter2-hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"mongodb://user:{SECRET}@db:27017/crm: connection refused",
        f"GET https://api.example/x?token={SECRET}&page=2 failed",
        f"GET /login?code={SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"authorization = Basic {SECRET}==",
        f'{{"access_token": "{SECRET}", "page": 2}}',
        f"password={SECRET}",
        f"client_secret: '{SECRET} with spaces'",
        f"API-Key={SECRET}; next",
        f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIx{SECRET}.abc",
        f"Command # 1 (SET key {SECRET}) of pipeline caused error: OOM",
        f"unknown command 'X', with args beginning with: '{SECRET}'",
        f'E11000 duplicate key error collection: crm.customers dup key: {{ email: "{SECRET}" }}',
        f"not authorized, full error: {{'ok': 0, 'errmsg': '{SECRET}'}}",
        f"550 5.1.1 <{SECRET}@mail.example.com>: no such user",
        f"no customer with {SECRET}+travel@example.co.uk.",
    ],
)
def test_secret_is_found_in_text(text: str) -> None:
    """What looks like a secret is replaced, and the rest stays."""
    redacted = redact_text(text)

    assert SECRET not in redacted
    assert FILTERED in redacted


@pytest.mark.parametrize(
    "text",
    [
        "division by zero",
        "What is 1 + 1?",
        "booking 42 not found for tenant acme",
        "author: Jane Doe",
        "db:27017: [Errno 111] Connection refused",
        "KeyError: 'status'",
        "meet me @ noon, @decorator, a@b",
        "redis@7.4.2 is too old",
    ],
)
def test_plain_text_stays(text: str) -> None:
    """A message without a secret is sent as it is."""
    assert redact_text(text) == text


def test_redacting_again_changes_nothing() -> None:
    """A replaced secret is not replaced a second time."""
    once = redact_text(f"password={SECRET} https://u:{SECRET}@h/?a=b Bearer {SECRET}")

    assert redact_text(once) == once


@given(st.text(max_size=2000))
def test_no_text_raises(text: str) -> None:
    """Whatever an exception says, it can be redacted."""
    redact_text(text)


@pytest.mark.parametrize(
    "part",
    [
        "a",
        "a.",
        "a@",
        "a@b.",
        "://",
        "?a",
        "token",
        "token=",
        "Bearer ",
        "eyJ",
        "Command # 1 (",
        "dup key: ",
        "\n",
    ],
)
def test_time_grows_with_length(part: str) -> None:
    """A text made to be slow takes no longer than others of its length."""
    text = part * (8192 // len(part))

    started = time.thread_time()
    redact_text(text)

    assert time.thread_time() - started < 0.5


def _event() -> dict[str, Any]:
    return {
        "user": {"email": SECRET},
        "request": {
            "url": "http://api/bookings",
            "method": "GET",
            "query_string": f"token={SECRET}",
            "cookies": {"session": SECRET},
            "data": {"card": SECRET},
            "env": {"REMOTE_ADDR": SECRET},
            "headers": {"Host": "api", "User-Agent": "curl", "Referer": SECRET, "X-Forwarded-For": SECRET},
        },
        "logentry": {"message": "for %s", "params": [SECRET], "formatted": f"token={SECRET}"},
        "exception": {
            "values": [
                {
                    "type": "ValueError",
                    "value": f"password={SECRET}",
                    "stacktrace": {"frames": [{"context_line": 'token = settings["token"]'}]},
                }
            ]
        },
        "breadcrumbs": {"values": [{"message": f"password={SECRET}"}]},
        "contexts": {"trace": {"trace_id": "a" * 32}},
        "timestamp": 1.5,
    }


def test_event_is_reduced() -> None:
    """Only what tells of the error is sent, and no secret with it."""
    sent = without_private_parts(_event())

    assert SECRET not in json.dumps(sent)
    assert "user" not in sent
    assert sent["request"] == {
        "url": "http://api/bookings",
        "method": "GET",
        "headers": {"Host": "api", "User-Agent": "curl"},
    }
    assert sent["exception"]["values"][0]["value"] == f"password={FILTERED}"
    assert sent["contexts"] == {"trace": {"trace_id": "a" * 32}}
    assert sent["timestamp"] == 1.5


def test_release_stays() -> None:
    """A package and its version look like an address, and are what Sentry groups by."""
    assert without_private_parts(_event() | {"release": "crm@1.2.3-rc.one"})["release"] == "crm@1.2.3-rc.one"


def test_source_lines_stay() -> None:
    """A stack's lines are code."""
    sent = without_private_parts(_event())

    frame = sent["exception"]["values"][0]["stacktrace"]["frames"][0]
    assert frame == {"context_line": 'token = settings["token"]'}


@pytest.mark.parametrize("event", [{}, {"request": None, "logentry": None}, {"request": {}}])
def test_sparse_events_pass(event: dict[str, Any]) -> None:
    """An event without a request, or without headers, is sent as well."""
    assert without_private_parts(event) is not None


def test_breadcrumbs_keep_their_message_only() -> None:
    """What a log record carried besides its message stays in the process."""
    assert before_breadcrumb({"message": "saved", "data": {"card": SECRET}}, {}) == {"message": "saved"}
