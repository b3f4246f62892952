"""Stands where Slack and PagerDuty would, and keeps what it is sent; e-mail has a real server.

The bodies are those of https://api.slack.com/messaging/webhooks and
https://developer.pagerduty.com/docs/events-api-v2-overview.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

ROUTING_KEY = "0123456789abcdef0123456789abcdef"
_SLACK, _PAGERDUTY = "/services/T0/B0/hook", "/v2/enqueue"


@dataclass
class AlertReceivers:
    """What was told, in its order."""

    port: int
    slack: list[dict[str, Any]] = field(default_factory=list)
    pagerduty: list[dict[str, Any]] = field(default_factory=list)

    def as_environ(self) -> dict[str, str]:
        """Return the variables that lead Alertmanager here."""
        base = f"http://127.0.0.1:{self.port}"
        return {
            "SLACK_WEBHOOK_URL": base + _SLACK,
            "PAGERDUTY_URL": base + _PAGERDUTY,
            "PAGERDUTY_ROUTING_KEY": ROUTING_KEY,
        }

    def take(self, path: str, body: dict[str, Any]) -> tuple[int, bytes]:
        """Return the status and the answer that a sender gets for what it has sent."""
        if path == _SLACK:
            self.slack.append(body)
            return 200, b"ok"
        if path == _PAGERDUTY and body.get("routing_key") == ROUTING_KEY:
            self.pagerduty.append(body)
            return 202, b'{"status": "success", "message": "Event processed", "dedup_key": "x"}'
        return 400, b"not for here"


@contextmanager
def receiving() -> Iterator[AlertReceivers]:
    """Receive on a free port for as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            status, answer = receivers.take(self.path, json.loads(body))
            self.send_response(status)
            self.send_header("content-length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receivers = AlertReceivers(server.server_port)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield receivers
        finally:
            server.shutdown()
            thread.join()
