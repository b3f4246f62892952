"""Regular expressions that operators and applications give."""

import logging
import re

import pytest

from otel_distro.server_edge.expressions import compile_each


def test_flags_hold_for_their_own_expression() -> None:
    """Flags may come anywhere in a list; Python takes them at the beginning alone."""
    first, second = compile_each(["docs", "(?i)health"], "/?", "(?:/|$)")

    assert second.match("/HEALTH/ready")
    assert compile_each(["(?i)(?s)health"], "/?")[0].match("/HEALTH")
    assert not first.match("/DOCS")


def test_groups_are_each_expressions_own() -> None:
    """Neither names nor numbers of groups reach from one to the next."""
    one, two, three = compile_each(["(?P<a>x)", "(?P<a>y)", r"(z)\1"], flags=re.IGNORECASE)

    assert one.fullmatch("X")
    assert two.fullmatch("Y")
    assert three.fullmatch("zZ")


def test_what_is_none_is_named_and_ignored(caplog: pytest.LogCaptureFixture) -> None:
    """One that closes a group that it has not opened is none either."""
    with caplog.at_level(logging.WARNING):
        assert compile_each(["(", "a)(b", "(?a)(?u)x", "c"], "/?") == (re.compile("/?(?:c)"),)

    assert "'('" in caplog.text
    assert "'a)(b'" in caplog.text
