"""A request to another server is described in the stable conventions, without a secret."""

import httpx
import pytest

from otel_distro.instrumentation.http_requests import request_attributes, response_attributes, span_name

KNOWN = frozenset({"GET", "POST"})


def test_request_by_the_conventions() -> None:
    """Method, URL, scheme and server, with the port that the scheme implies."""
    attributes = request_attributes(httpx.Request("POST", "https://pay.example/charges"), KNOWN)

    assert attributes == {
        "http.request.method": "POST",
        "url.full": "https://pay.example/charges",
        "url.scheme": "https",
        "server.address": "pay.example",
        "server.port": 443,
    }
    assert span_name(attributes) == "POST"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("http://h:8010/a?token=s3cret&page=2", "http://h:8010/a?token=REDACTED&page=REDACTED"),
        ("http://ada:s3cret@h/a", "http://REDACTED:REDACTED@h/a"),
        ("http://h/a#token=s3cret", "http://h/a"),
        ("http://[::1]:8010/a%20b?", "http://[::1]:8010/a%20b?"),
        ("http://h/" + "a" * 5000, "http://h/" + "a" * 2039),
    ],
)
def test_url_without_secrets(url: str, shown: str) -> None:
    """Credentials, values of the query and the fragment stay out; a long URL is cut off."""
    assert request_attributes(httpx.Request("GET", url), KNOWN)["url.full"] == shown


def test_unknown_method_makes_no_series() -> None:
    """It is `_OTHER`, and its own name an attribute of the span alone."""
    attributes = request_attributes(httpx.Request("BREW", "http://h/"), KNOWN)

    assert attributes["http.request.method"] == "_OTHER"
    assert attributes["http.request.method_original"] == "BREW"
    assert span_name(attributes) == "HTTP"


def test_response_by_the_conventions() -> None:
    """Its status code, and the protocol's version."""
    response = httpx.Response(204, extensions={"http_version": b"HTTP/2"})

    assert response_attributes(response) == {
        "http.response.status_code": 204,
        "network.protocol.version": "2",
    }
