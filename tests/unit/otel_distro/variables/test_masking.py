"""What of a value a person may see."""

import pytest

from otel_distro.variables.masking import masked


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("https://user:ca/nary@host/v1", "https://…@host/v1"),
        ("https://user:my canary@host/v1", "https://…@host/v1"),
        ("ftp://user:p@canary@host/v1", "ftp://…@host/v1"),
        ("https://canary@host/1", "https://…@host/1"),
        ("user:canary@host:4318", "…@host:4318"),
        ("https://host/v1?sig=canary&page=canary#top", "https://host/v1?sig=…&page=…#top"),
        ("http://host?canary1=canary", "http://host?canary1=…"),
        ("a=b,x-honeycomb-team=canary,api.key=canary", "a=b,x-honeycomb-team=…,api.key=…"),
        ("Basic canary", "Basic …"),
        ("-----BEGIN PRIVATE KEY-----\ncanary", "…"),
        ("connect to 'https://u:canary@h' failed", "connect to 'https://…@h' failed"),
    ],
)
def test_secrets_are_taken_out(value: str, shown: str) -> None:
    """Passwords, values of queries, tokens and keys, in whatever they stand."""
    assert masked(value) == shown


@pytest.mark.parametrize(
    "value",
    ["http://localhost:4318/v1/traces", "team=crm,owner=ada@example.com", "a=1,2;b=3", "a,b", "host:4318"],
)
def test_the_rest_is_shown(value: str) -> None:
    """A message that hides what is wrong helps nobody."""
    assert masked(value) == value
