"""Which proxy telemetry goes through."""

import pytest

from otel_distro.proxies import proxy_for

PROXY = {"HTTPS_PROXY": "http://proxy:3128"}


@pytest.mark.parametrize(
    ("endpoint", "environ", "proxy"),
    [
        ("https://collector.example/v1/traces", PROXY, "http://proxy:3128"),
        ("http://collector.example/v1/traces", PROXY, None),
        ("http://collector.example:4318/v1/traces", {"http_proxy": "proxy:3128"}, "http://proxy:3128"),
        ("https://collector.example/", PROXY | {"https_proxy": "http://other:1"}, "http://other:1"),
        ("https://collector.example/", {"ALL_PROXY": "http://every:1"}, "http://every:1"),
        ("https://collector.example/", PROXY | {"NO_PROXY": "example.org, .example"}, None),
        ("https://collector.example:4318/", PROXY | {"no_proxy": "*"}, None),
        ("https://collector.example/", {}, None),
    ],
)
def test_the_variables_are_read_as_elsewhere(
    endpoint: str, environ: dict[str, str], proxy: str | None
) -> None:
    """By scheme, lower case first, and with exceptions."""
    assert proxy_for(endpoint, environ) == proxy


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]", "collector.localhost"])
def test_this_machine_is_never_behind_a_proxy(host: str) -> None:
    """A Collector beside the service is reached at once."""
    assert proxy_for(f"https://{host}:4318/v1/traces", PROXY) is None
